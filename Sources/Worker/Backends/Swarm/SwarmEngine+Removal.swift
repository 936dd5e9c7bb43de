import Core

extension SwarmEngine {
    private static let removalLimit: Duration = .seconds(45)

    func remove(_ object: ObjectID, of submission: SubmissionID) async throws(EngineTrouble) -> Bool {
        let service = try await inspect(object)
        if let service {
            guard owner(of: service)?.0 == submission else { return false }
            do throws(DockerError) {
                try await calls.removeService(object.text)
            } catch .status(404, _) {
                // Somebody else was faster; its containers may still be there.
            } catch {
                throw SwarmTrouble.general(error)
            }
        }
        // Swarm forgets a service at once, and stops its containers after that.
        let hadTasks = try await waitUntilEnded(object, submission)
        watched.remove(object)
        return service != nil || hadTasks
    }

    /// Waits until no task of a removed service is left, and no container on this node.
    /// - Returns: whether there were any.
    private func waitUntilEnded(_ object: ObjectID, _ submission: SubmissionID) async throws(EngineTrouble) -> Bool {
        let end = ContinuousClock.now + Self.removalLimit
        var pause: Duration = .milliseconds(50)
        var hadTasks = false
        while true {
            let left = try await remains(object, submission)
            guard !left.isEmpty else { return hadTasks }
            hadTasks = true
            guard ContinuousClock.now < end, !Task.isCancelled else {
                throw .transient(
                    "the service is removed, and still runs after \(Self.removalLimit): "
                        + left.prefix(3).joined(separator: "; "))
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private func remains(_ object: ObjectID, _ submission: SubmissionID) async throws(EngineTrouble) -> [String] {
        let tasks = try await translate { () async throws(DockerError) in
            try await calls.listTasks(labels: labels(of: submission))
        }.filter { $0.serviceID == object.text }
        if !tasks.isEmpty {
            return tasks.map {
                "task \($0.id) is \($0.state) on \($0.nodeID.isEmpty ? "no node" : "node \($0.nodeID)")"
            }
        }
        let containers = try await translate { () async throws(DockerError) in
            try await calls.listContainers(all: true, labels: ["\(Self.serviceAttribute)=\(object)"])
        }
        return containers.map { "container \($0.id.prefix(12)) is \($0.state)" }
    }

    /// The label by which a container names its service, and the attribute of its events.
    static let serviceAttribute = "com.docker.swarm.service.id"
}
