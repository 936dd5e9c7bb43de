/// Which engine answers.
struct DockerEngineVersion: Sendable, Decodable, Equatable {
    /// The engine's own version.
    var version: String
    /// The newest API version it speaks.
    var apiVersion: String
    /// The oldest one.
    var minimumAPIVersion: String
    /// Podman names itself among its components.
    var isPodman: Bool

    private enum Key: String, CodingKey {
        case version = "Version"
        case apiVersion = "ApiVersion"
        case minimumAPIVersion = "MinAPIVersion"
        case components = "Components"
    }

    private struct Component: Decodable {
        var name: String

        private enum CodingKeys: String, CodingKey { case name = "Name" }
    }

    init(version: String, apiVersion: String, minimumAPIVersion: String, isPodman: Bool = false) {
        self.version = version
        self.apiVersion = apiVersion
        self.minimumAPIVersion = minimumAPIVersion
        self.isPodman = isPodman
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        version = values.tolerant(.version, or: "")
        apiVersion = values.tolerant(.apiVersion, or: "")
        minimumAPIVersion = values.tolerant(.minimumAPIVersion, or: "")
        let components: [Component] = values.tolerant(.components, or: [])
        isPodman = components.contains { $0.name.hasPrefix("Podman") }
    }
}
