import Core

/// A service as Swarm knows it.
struct SwarmService: Sendable, Decodable, Equatable {
    var id: String
    /// Rises with each change; an update must name the one that it changes.
    var version: Int
    /// All of it, also what this program does not know: an update replaces the whole.
    var specification: JSONValue

    private enum Key: String, CodingKey {
        case id = "ID"
        case version = "Version"
        case specification = "Spec"
    }

    private struct Version: Decodable {
        var index: Int

        private enum CodingKeys: String, CodingKey { case index = "Index" }
    }

    init(id: String, version: Int, specification: JSONValue) {
        self.id = id
        self.version = version
        self.specification = specification
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        version = try values.decode(Version.self, forKey: .version).index
        specification = try values.decode(JSONValue.self, forKey: .specification)
    }

    var labels: [String: String] {
        guard case .object(let labels)? = specification["Labels"] else { return [:] }
        return labels.compactMapValues { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    /// How many tasks it shall have; nil for a service that is not replicated, which is none of ours.
    var replicas: Int? {
        guard let replicated = specification["Mode"]?["Replicated"] else { return nil }
        guard case .integer(let count)? = replicated["Replicas"] else { return 0 }
        return count
    }

    /// The same service with another number of tasks; nil when it is not replicated.
    func specification(replicas: Int) -> JSONValue? {
        guard case .object(var specification) = specification, case .object(var mode)? = specification["Mode"],
            case .object(var replicated)? = mode["Replicated"]
        else { return nil }
        replicated["Replicas"] = .integer(replicas)
        mode["Replicated"] = .object(replicated)
        specification["Mode"] = .object(mode)
        return .object(specification)
    }
}

extension JSONValue {
    /// A member of an object.
    fileprivate subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }
}
