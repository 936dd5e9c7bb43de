/// The containers of a service.
struct TaskContainer: Sendable, Encodable, Equatable {
    var image: String
    /// Instead of the image's entry point and command.
    var command: [String]
    /// `NAME=value`. Swarm reads templates in it.
    var environment: [String] = []
    /// `name`, `uid` or `uid:gid`; nil: that of the image.
    var user: String?
    /// Groups besides that of the user, by name or number.
    var groups: [String] = []
    var labels: [String: String] = [:]
    var mounts: [TaskMount] = []
    /// No capabilities; and none to be gained, where the engine knows that (API 1.44 and newer).
    var dropsPrivileges = false
    var hasReadOnlyRoot = false

    private enum CodingKeys: String, CodingKey {
        case image = "Image"
        case command = "Command"
        case environment = "Env"
        case user = "User"
        case groups = "Groups"
        case labels = "Labels"
        case mounts = "Mounts"
        case droppedCapabilities = "CapabilityDrop"
        case privileges = "Privileges"
        case hasReadOnlyRoot = "ReadOnly"
        case gracePeriod = "StopGracePeriod"
        case healthCheck = "Healthcheck"
    }

    init(image: String, command: [String]) {
        self.image = image
        self.command = command
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(image, forKey: .image)
        try values.encode(command, forKey: .command)
        try values.encodeUnlessEmpty(environment, forKey: .environment)
        try values.encodeIfPresent(user, forKey: .user)
        try values.encodeUnlessEmpty(groups, forKey: .groups)
        try values.encodeUnlessEmpty(labels, forKey: .labels)
        try values.encodeUnlessEmpty(mounts, forKey: .mounts)
        if dropsPrivileges {
            try values.encode(["ALL"], forKey: .droppedCapabilities)
            try values.encode(["NoNewPrivileges": true], forKey: .privileges)
        }
        if hasReadOnlyRoot { try values.encode(true, forKey: .hasReadOnlyRoot) }
        // Killed at once when it is removed, as Docker's forced removal does; the default is ten seconds.
        try values.encode(0, forKey: .gracePeriod)
        // Swarm kills what its image's health check calls unhealthy.
        try values.encode(["Test": ["NONE"]], forKey: .healthCheck)
    }
}
