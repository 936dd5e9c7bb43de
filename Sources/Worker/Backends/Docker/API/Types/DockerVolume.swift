/// A named volume.
struct DockerVolume: Sendable, Codable, Equatable {
    var name: String
    var labels: [String: String]
    /// `local` for a directory of the engine's host; only read.
    var driver = ""
    /// Where it is on the engine's host; only read.
    var mountpoint = ""

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
        case driver = "Driver"
        case mountpoint = "Mountpoint"
    }

    init(name: String, labels: [String: String]) {
        self.name = name
        self.labels = labels
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        labels = values.tolerant(.labels, or: [:])
        driver = values.tolerant(.driver, or: "")
        mountpoint = values.tolerant(.mountpoint, or: "")
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(labels, forKey: .labels)
    }
}
