/// A machine of the swarm.
struct SwarmNode: Sendable, Decodable, Equatable {
    var id: String
    var hostname: String
    /// `ready`, `down`, `unknown`, `disconnected`.
    var state: String
    /// Billionths of a CPU.
    var nanoCPUs: Int64
    var memoryBytes: Int64
    /// How many of each generic resource it offers, used or not.
    var generic: [String: Int64]

    private enum Key: String, CodingKey {
        case id = "ID"
        case description = "Description"
        case status = "Status"
    }

    private enum DescriptionKey: String, CodingKey {
        case hostname = "Hostname"
        case resources = "Resources"
    }

    private enum ResourcesKey: String, CodingKey {
        case nanoCPUs = "NanoCPUs"
        case memoryBytes = "MemoryBytes"
        case generic = "GenericResources"
    }

    /// More is no number of things that a machine has, and sums of it must stay numbers.
    private static let maximumOffer: Int64 = 1 << 40

    /// Either a number of them, or one of them by its name.
    private struct Generic: Decodable {
        struct Discrete: Decodable {
            var kind: String
            var value: Int64

            private enum CodingKeys: String, CodingKey {
                case kind = "Kind"
                case value = "Value"
            }
        }

        struct Named: Decodable {
            var kind: String

            private enum CodingKeys: String, CodingKey { case kind = "Kind" }
        }

        var discrete: Discrete?
        var named: Named?

        private enum CodingKeys: String, CodingKey {
            case discrete = "DiscreteResourceSpec"
            case named = "NamedResourceSpec"
        }
    }

    private struct Status: Decodable {
        var state: String?

        private enum CodingKeys: String, CodingKey { case state = "State" }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        let status: Status? = values.tolerant(.status)
        state = status?.state ?? ""
        let description = try? values.nestedContainer(keyedBy: DescriptionKey.self, forKey: .description)
        hostname = description?.tolerant(.hostname) ?? ""
        let resources = try? description?.nestedContainer(keyedBy: ResourcesKey.self, forKey: .resources)
        nanoCPUs = resources?.tolerant(.nanoCPUs) ?? 0
        memoryBytes = resources?.tolerant(.memoryBytes) ?? 0
        let offers: [Generic] = resources?.tolerant(.generic) ?? []
        var generic: [String: Int64] = [:]
        for offer in offers {
            if let discrete = offer.discrete, (0...Self.maximumOffer).contains(discrete.value) {
                generic[discrete.kind, default: 0] += discrete.value
            }
            if let named = offer.named { generic[named.kind, default: 0] += 1 }
        }
        self.generic = generic
    }
}
