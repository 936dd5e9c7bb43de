import Core
import HTTPClient
import Logging

extension KubernetesEngine: FollowsOutput {
    /// Pods whose output is followed at a time; of a job of many workers only the first ones.
    private static let maximumFollowed = 20

    /// The output of all pods of the job as it comes, so that lines of several workers mix.
    func follow(
        _ object: ObjectID, _ take: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(EngineTrouble) -> Bool {
        guard try await job(object) != nil else { return false }
        let engine = self
        let result: Result<Bool, EngineTrouble> = await withDiscardingTaskGroup { group in
            var followed: Set<String> = []
            do throws(EngineTrouble) {
                while !Task.isCancelled {
                    guard let (job, pods) = try await engine.jobAndPods(object) else { return .success(true) }
                    for pod in pods where pod.hasStarted {
                        guard followed.count < Self.maximumFollowed, followed.insert(pod.metadata.name).inserted else {
                            continue
                        }
                        group.addTask { await engine.follow(pod, take) }
                    }
                    if job.objectState == .ended { return .success(true) }
                    try? await Task.sleep(for: .seconds(1))
                }
                return .success(true)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// As the watches have them, else as the cluster has; of a job that has ended always the latter.
    private func jobAndPods(
        _ object: ObjectID
    ) async throws(EngineTrouble) -> (job: KubernetesJob, pods: [KubernetesPod])? {
        if let view = store.view(of: object.text), view.job.objectState != .ended { return view }
        guard let job = try await job(object) else { return nil }
        return (job, try await pods(of: job))
    }

    /// Until its container has ended. A kubelet cuts streams off after hours, and whenever it likes: the gateway then sees
    /// that something is missing in the end.
    private func follow(_ pod: KubernetesPod, _ take: @Sendable ([UInt8]) async -> Void) async {
        do {
            let body = try await client.followLog(
                pod: pod.metadata.name, container: Self.containerName, lines: settings.tailLines
            ).makeAsyncIterator()
            while let chunk = try await body.next() { await take(chunk) }
        } catch {
            logger.debug(
                "the output of a pod cannot be followed",
                metadata: ["pod": "\(pod.metadata.name)", "reason": "\(error)"])
        }
    }
}
