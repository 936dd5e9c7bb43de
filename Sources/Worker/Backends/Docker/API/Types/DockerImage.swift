/// An image that the engine has.
struct DockerImage: Sendable, Decodable, Equatable {
    var id: String
    var tags: [String]
    /// `repository@digest`.
    var digests: [String]
    var entrypoint: [String]
    var command: [String]
    var environment: [String]
    var user: String
    var workingDirectory: String

    private enum Key: String, CodingKey {
        case id = "Id"
        case tags = "RepoTags"
        case digests = "RepoDigests"
        case configuration = "Config"
    }

    private enum ConfigurationKey: String, CodingKey {
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case environment = "Env"
        case user = "User"
        case workingDirectory = "WorkingDir"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        tags = values.tolerant(.tags, or: [])
        digests = values.tolerant(.digests, or: [])
        let configuration = try? values.nestedContainer(keyedBy: ConfigurationKey.self, forKey: .configuration)
        entrypoint = configuration?.tolerant(.entrypoint) ?? []
        command = configuration?.tolerant(.command) ?? []
        environment = configuration?.tolerant(.environment) ?? []
        user = configuration?.tolerant(.user) ?? ""
        workingDirectory = configuration?.tolerant(.workingDirectory) ?? ""
    }
}
