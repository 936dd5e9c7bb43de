/// A mount of an existing container.
struct DockerMountPoint: Sendable, Decodable, Equatable {
    /// `bind`, `volume`, `tmpfs`.
    var kind: String
    /// Of a volume.
    var name: String
    var source: String
    var destination: String
    var isReadOnly: Bool

    private enum Key: String, CodingKey {
        case kind = "Type"
        case name = "Name"
        case source = "Source"
        case destination = "Destination"
        case isWritable = "RW"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        kind = values.tolerant(.kind, or: "")
        name = values.tolerant(.name, or: "")
        source = values.tolerant(.source, or: "")
        destination = values.tolerant(.destination, or: "")
        isReadOnly = !values.tolerant(.isWritable, or: true)
    }
}
