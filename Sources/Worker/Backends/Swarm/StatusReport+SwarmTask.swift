import Core

extension SwarmTask {
    /// Whether nothing comes after its state.
    var hasEnded: Bool {
        switch state {
        case .complete, .failed, .shutdown, .rejected, .orphaned, .remove: true
        case .new, .allocated, .pending, .assigned, .accepted, .preparing, .ready, .starting, .running, .unknown: false
        }
    }

    /// Swarm does not want it to run any more and has not heard of its end: mostly its node is down.
    var isLeftAlone: Bool { !hasEnded && !nodeID.isEmpty && desiredState == "shutdown" }
}

extension StatusReport {
    /// What a task means for its job. The message begins with the task's own, which is what the original shows.
    init(_ task: SwarmTask, container: ContainerState?, lost: LostNode?) {
        let time = task.timestamp.isEmpty ? nil : task.timestamp
        let word = task.message.isEmpty ? task.state.rawValue : task.message.forMessage
        if let lost {
            let message = "\(word): node \(lost.hostname.forMessage) is down"
            self =
                lost.isGivenUp
                ? StatusReport(status: .finishedWithError, message: message + " and did not come back", timestamp: time)
                : StatusReport(
                    status: task.state == .running ? .started : .notstarted,
                    message: message + ": waiting until it comes back", timestamp: time)
            return
        }
        switch task.state {
        case .new, .allocated, .pending, .assigned, .accepted, .preparing, .ready, .starting:
            self.init(status: .notstarted, message: Self.waiting(task, word))
        case .running, .unknown:
            self.init(status: .started, message: word, timestamp: time)
        case .complete where container?.isOutOfMemoryKilled != true:
            self.init(
                status: .finishedSuccessfully, message: "\(word) (\(task.exitCode))", timestamp: time,
                exitCode: task.exitCode)
        case .complete, .failed, .shutdown, .rejected, .orphaned, .remove:
            let ran = !task.containerID.isEmpty
            self.init(
                status: .finishedWithError, message: word + Self.ending(task, container), timestamp: time,
                exitCode: ran ? task.exitCode : nil)
        }
    }

    /// Swarm passes most tasks on within a moment. What keeps one waiting has a reason; fetching an image takes long.
    private static func waiting(_ task: SwarmTask, _ word: String) -> String {
        if !task.error.isEmpty { return "\(word): \(task.error.forMessage(limit: 500))" }
        switch task.state {
        case .preparing, .ready, .starting: return word
        default: return "created"
        }
    }

    private static func ending(_ task: SwarmTask, _ container: ContainerState?) -> String {
        var text = task.state == .complete ? "" : ": \(task.state.rawValue)"
        if !task.containerID.isEmpty { text += " (\(task.exitCode))" }
        if container?.isOutOfMemoryKilled == true { return text + ": out of memory" }
        if DockerTrouble.meansForgottenStart(task.error) {
            return text + ": \(StartAttempt.doubt) (\(task.error.forMessage(limit: 300)))"
        }
        // "task: non-zero exit (3)" says nothing that is not said already.
        if !task.error.isEmpty, !task.error.hasPrefix("task: non-zero exit (") {
            return text + ": \(explain(task.error))"
        }
        guard task.exitCode == 137 else { return text }
        return text + (container == nil ? ": killed, perhaps because memory ran out on its node" : ": killed")
    }

    private static func explain(_ error: String) -> String {
        let text = error.lowercased()
        if text.contains("no such image") {
            return "\(error.forMessage(limit: 500)) (its node does not have it and could not fetch it)"
        }
        if text.contains("bind source path does not exist") {
            return "\(error.forMessage(limit: 500)) (the storage must be at this path on every node)"
        }
        return DockerTrouble.explain(error)
    }
}
