/// A mount that the engine refuses when its source is missing.
struct ContainerMount: Sendable, Encodable, Equatable {
    /// What is mounted.
    enum Kind: String, Sendable, Encodable {
        case bind, volume, tmpfs
    }

    var kind = Kind.bind
    /// A path of the host, or the name of a volume.
    var source: String
    /// A path of the container.
    var target: String
    var isReadOnly = false

    private enum CodingKeys: String, CodingKey {
        case kind = "Type"
        case source = "Source"
        case target = "Target"
        case isReadOnly = "ReadOnly"
    }
}
