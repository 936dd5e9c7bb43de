/// What a service shall be: containers that run once and are never restarted. Empty collections and nil are left out, so
/// that Swarm's defaults hold.
struct ServiceSpecification: Sendable, Encodable, Equatable {
    /// At most 63 letters, digits, `-` and `_`.
    var name: String
    var labels: [String: String]
    var container: TaskContainer
    var limits = TaskResources()
    var reservations = TaskResources()
    var replicas = 0

    private enum Key: String, CodingKey {
        case name = "Name"
        case labels = "Labels"
        case template = "TaskTemplate"
        case mode = "Mode"
    }

    private enum TemplateKey: String, CodingKey {
        case container = "ContainerSpec"
        case resources = "Resources"
        case restart = "RestartPolicy"
    }

    private struct Restart: Encodable {
        var condition = "none"
        /// Nothing is restarted with this condition. But without a number here Swarm keeps as many ended tasks as its
        /// task history limit says, and with a limit of 0 it would forget the one that ended and make another.
        var maximumAttempts = 1

        private enum CodingKeys: String, CodingKey {
            case condition = "Condition"
            case maximumAttempts = "MaxAttempts"
        }
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(name, forKey: .name)
        try values.encodeUnlessEmpty(labels, forKey: .labels)
        try values.encode(["Replicated": ["Replicas": replicas]], forKey: .mode)
        var template = values.nestedContainer(keyedBy: TemplateKey.self, forKey: .template)
        try template.encode(container, forKey: .container)
        try template.encode(Restart(), forKey: .restart)
        let resources = ["Limits": limits, "Reservations": reservations].filter { $0.value != TaskResources() }
        try template.encodeUnlessEmpty(resources, forKey: .resources)
    }
}
