import Core

extension KubernetesEngine {
    /// Follows Jobs and pods: a list of each, then a watch from there on, and a list again whenever the server says
    /// that it no longer knows the place (410).
    func changes() async throws(EngineTrouble) -> AsyncThrowingStream<ObjectID, any Error> {
        let labels = KubernetesMarks.selector(installation: installation)
        let jobs = try await translate { () async throws(KubernetesError) in try await client.listJobs(labels: labels) }
        let pods = try await translate { () async throws(KubernetesError) in try await client.listPods(labels: labels) }
        _ = store.replaceJobs(jobs.items)
        _ = store.replacePods(pods.items)
        return .running { hints in
            @Sendable func announce(_ uids: [String]) {
                for uid in uids { if let id = try? ObjectID(uid) { hints.yield(id) } }
            }
            let jobWatch = WatchLoop(
                store: store, logger: logger, what: "jobs",
                list: { () async throws(KubernetesError) in
                    let list = try await client.listJobs(labels: labels)
                    announce(Array(store.replaceJobs(list.items)))
                    return list.version
                }, watch: { client.watchJobs(labels: labels, since: $0) },
                take: { change in
                    switch change {
                    case .changed(let job):
                        store.set(job)
                        announce([job.metadata.uid])
                        return job.metadata.resourceVersion
                    case .deleted(let job):
                        store.remove(job)
                        announce([job.metadata.uid])
                        return job.metadata.resourceVersion
                    case .bookmark(let version): return version
                    }
                })
            let podWatch = WatchLoop(
                store: store, logger: logger, what: "pods",
                list: { () async throws(KubernetesError) in
                    let list = try await client.listPods(labels: labels)
                    announce(Array(store.replacePods(list.items)))
                    return list.version
                }, watch: { client.watchPods(labels: labels, since: $0) },
                take: { change in
                    switch change {
                    case .changed(let pod):
                        announce(store.set(pod))
                        return pod.metadata.resourceVersion
                    case .deleted(let pod):
                        announce(store.remove(pod))
                        return pod.metadata.resourceVersion
                    case .bookmark(let version): return version
                    }
                })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await jobWatch.run(from: jobs.version) }
                group.addTask { try await podWatch.run(from: pods.version) }
                group.addTask {
                    // Time passes for what waits, though nothing changes.
                    while !Task.isCancelled {
                        try await Task.sleep(for: .seconds(5))
                        announce(store.pending)
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}
