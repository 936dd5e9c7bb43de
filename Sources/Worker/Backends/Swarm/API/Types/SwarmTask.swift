/// One run of a service's container, or the plan of one.
struct SwarmTask: Sendable, Decodable, Equatable {
    /// What Swarm calls the places of a task's life, in their order.
    /// https://docs.docker.com/engine/swarm/how-swarm-mode-works/swarm-task-states/
    enum State: String, Sendable {
        case new, allocated, pending, assigned, accepted, preparing, ready, starting
        case running
        case complete
        case failed, shutdown, rejected, orphaned, remove
        /// A word that this program does not know.
        case unknown
    }

    var id: String
    var serviceID: String
    /// From 1; a task that replaces another has its slot.
    var slot: Int
    /// Empty: not yet known.
    var nodeID: String
    /// RFC 3339 with as many digits of fraction as it takes.
    var createdAt: String
    /// When anything of it changed last.
    var updatedAt: String
    /// What Swarm wants it to be: `running`, `shutdown`, `remove`.
    var desiredState: String
    var state: State
    /// RFC 3339.
    var timestamp: String
    /// `preparing`, `started`, `finished`, …
    var message: String
    /// What went wrong, or why it has to wait.
    var error: String
    /// Empty: there is none yet.
    var containerID: String
    var exitCode: Int

    /// Whether `other` was made earlier.
    func isNewer(than other: SwarmTask) -> Bool {
        // Without the Z: of two equal beginnings the longer fraction is the later.
        createdAt.prefix { $0 != "Z" } > other.createdAt.prefix { $0 != "Z" }
    }

    private enum Key: String, CodingKey {
        case id = "ID"
        case serviceID = "ServiceID"
        case slot = "Slot"
        case nodeID = "NodeID"
        case createdAt = "CreatedAt"
        case updatedAt = "UpdatedAt"
        case desiredState = "DesiredState"
        case status = "Status"
    }

    private enum StatusKey: String, CodingKey {
        case state = "State"
        case timestamp = "Timestamp"
        case message = "Message"
        case error = "Err"
        case container = "ContainerStatus"
    }

    private enum ContainerKey: String, CodingKey {
        case id = "ContainerID"
        case exitCode = "ExitCode"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        serviceID = values.tolerant(.serviceID, or: "")
        slot = values.tolerant(.slot, or: 0)
        nodeID = values.tolerant(.nodeID, or: "")
        createdAt = values.tolerant(.createdAt, or: "")
        updatedAt = values.tolerant(.updatedAt, or: "")
        desiredState = values.tolerant(.desiredState, or: "")
        let status = try? values.nestedContainer(keyedBy: StatusKey.self, forKey: .status)
        state = (status?.tolerant(.state)).map { State(rawValue: $0) ?? .unknown } ?? .unknown
        timestamp = status?.tolerant(.timestamp) ?? ""
        message = status?.tolerant(.message) ?? ""
        error = status?.tolerant(.error) ?? ""
        let container = try? status?.nestedContainer(keyedBy: ContainerKey.self, forKey: .container)
        containerID = container?.tolerant(.id) ?? ""
        exitCode = container?.tolerant(.exitCode) ?? 0
    }
}
