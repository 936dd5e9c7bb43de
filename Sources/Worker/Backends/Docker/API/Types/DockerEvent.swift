/// Something that happened on an engine.
struct DockerEvent: Sendable, Decodable, Equatable {
    /// `container`, `image`, `volume`, …
    var type: String
    /// `create`, `start`, `die`, `oom`, `destroy` (from Podman also `remove`), …
    var action: String
    /// Of what it happened to.
    var id: String
    /// Among them the labels, `name`, `image`, and `exitCode` of a `die`.
    var attributes: [String: String]
    /// Nanoseconds since 1970.
    var timeNano: Int64

    private enum Key: String, CodingKey {
        case type = "Type"
        case action = "Action"
        case status
        case actor = "Actor"
        case time
        case timeNano
    }

    private enum ActorKey: String, CodingKey {
        case id = "ID"
        case attributes = "Attributes"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        type = values.tolerant(.type, or: "")
        action = values.tolerant(.action) ?? values.tolerant(.status, or: "")
        let seconds: Int64 = values.tolerant(.time, or: 0)
        timeNano = values.tolerant(.timeNano) ?? Int64(clamping: Int128(seconds) * 1_000_000_000)
        let actor = try? values.nestedContainer(keyedBy: ActorKey.self, forKey: .actor)
        id = actor?.tolerant(.id) ?? ""
        attributes = actor?.tolerant(.attributes) ?? [:]
    }
}
