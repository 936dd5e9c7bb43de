import Core

/// Sorts what a Swarm manager answers.
enum SwarmTrouble {
    static func general(_ error: DockerError) -> EngineTrouble {
        switch error {
        case .status(let status, let message) where meansNoManager(status, message):
            .away(explain(message))
        default: DockerTrouble.general(error)
        }
    }

    static func creating(_ error: DockerError) -> EngineTrouble {
        switch error {
        case .status(let status, let message) where status < 500 && status != 429:
            .permanent("the engine refused the service: \(explain(message))")
        default: general(error)
        }
    }

    /// The version that an update named is not the newest.
    static func meansOvertaken(_ message: String) -> Bool { message.contains("update out of sequence") }

    /// Nobody here can say anything about services right now: no swarm, no manager, or managers without a leader.
    private static func meansNoManager(_ status: Int, _ message: String) -> Bool {
        if status == 503 || status == 406 { return true }
        let text = message.lowercased()
        return status >= 500
            && ["does not have a leader", "deadlineexceeded", "code = unavailable", "deadline exceeded"].contains {
                text.contains($0)
            }
    }

    /// The manager's words without what the protocol between managers puts in front, and with what to do.
    static func explain(_ message: String) -> String {
        var text = message
        if text.hasPrefix("rpc error:"), let end = text.firstRange(of: "desc = ") {
            text = String(text[end.upperBound...])
        }
        if text.contains("not a swarm manager") {
            return "\(text.forMessage(limit: 300)) (CONTAINER_ENV=swarm needs DOCKER_HOST to be a manager)"
        }
        return DockerTrouble.explain(text)
    }
}
