/// A container as a list shows it.
struct ContainerSummary: Sendable, Decodable, Equatable {
    var id: String
    /// Without the slash that the engine puts in front.
    var names: [String]
    var labels: [String: String]
    /// As `ContainerState.status`.
    var state: String
    /// For people: `Exited (3) 2 minutes ago`.
    var status: String
    var image: String
    var imageID: String
    /// Seconds since 1970.
    var created: Int64
    var mounts: [DockerMountPoint]

    private enum Key: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case labels = "Labels"
        case state = "State"
        case status = "Status"
        case image = "Image"
        case imageID = "ImageID"
        case created = "Created"
        case mounts = "Mounts"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        let names: [String] = values.tolerant(.names, or: [])
        self.names = names.map { String($0.drop { $0 == "/" }) }
        labels = values.tolerant(.labels, or: [:])
        state = values.tolerant(.state, or: "")
        status = values.tolerant(.status, or: "")
        image = values.tolerant(.image, or: "")
        imageID = values.tolerant(.imageID, or: "")
        created = values.tolerant(.created, or: 0)
        mounts = values.tolerant(.mounts, or: [])
    }
}
