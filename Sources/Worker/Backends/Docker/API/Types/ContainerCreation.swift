/// What a container shall be. Empty collections and nil are left out, so that the engine's defaults hold.
struct ContainerCreation: Sendable, Encodable, Equatable {
    var image: String
    /// The arguments after the entrypoint; empty: those of the image.
    var command: [String] = []
    /// nil: that of the image.
    var entrypoint: [String]?
    /// `NAME=value`.
    var environment: [String] = []
    /// `name`, `uid` or `uid:gid`; nil: that of the image.
    var user: String?
    var workingDirectory: String?
    var labels: [String: String] = [:]
    /// A terminal: output and errors are one stream then.
    var hasTTY = false
    var host = HostConfiguration()

    private enum CodingKeys: String, CodingKey {
        case image = "Image"
        case command = "Cmd"
        case entrypoint = "Entrypoint"
        case environment = "Env"
        case user = "User"
        case workingDirectory = "WorkingDir"
        case labels = "Labels"
        case hasTTY = "Tty"
        case host = "HostConfig"
    }

    init(image: String) {
        self.image = image
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(image, forKey: .image)
        try values.encodeUnlessEmpty(command, forKey: .command)
        try values.encodeIfPresent(entrypoint, forKey: .entrypoint)
        try values.encodeUnlessEmpty(environment, forKey: .environment)
        try values.encodeIfPresent(user, forKey: .user)
        try values.encodeIfPresent(workingDirectory, forKey: .workingDirectory)
        try values.encodeUnlessEmpty(labels, forKey: .labels)
        try values.encode(hasTTY, forKey: .hasTTY)
        try values.encode(host, forKey: .host)
    }
}
