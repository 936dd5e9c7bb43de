/// What the engine knows about one container.
struct ContainerInspection: Sendable, Decodable, Equatable {
    var id: String
    /// Without the slash that the engine puts in front.
    var name: String
    /// As it was asked for; Podman completes it with the registry.
    var image: String
    var imageID: String
    /// RFC 3339.
    var created: String
    var labels: [String: String]
    var hasTTY: Bool
    var state: ContainerState
    var mounts: [DockerMountPoint]

    private enum Key: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case imageID = "Image"
        case created = "Created"
        case state = "State"
        case mounts = "Mounts"
        case configuration = "Config"
    }

    private enum ConfigurationKey: String, CodingKey {
        case image = "Image"
        case labels = "Labels"
        case hasTTY = "Tty"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        name = String(values.tolerant(.name, or: "").drop { $0 == "/" })
        imageID = values.tolerant(.imageID, or: "")
        created = values.tolerant(.created, or: "")
        state = try values.decode(ContainerState.self, forKey: .state)
        mounts = values.tolerant(.mounts, or: [])
        let configuration = try? values.nestedContainer(keyedBy: ConfigurationKey.self, forKey: .configuration)
        image = configuration?.tolerant(.image) ?? ""
        labels = configuration?.tolerant(.labels) ?? [:]
        hasTTY = configuration?.tolerant(.hasTTY) ?? false
    }
}
