/// What each task of a service may use, or what a node must have left for it.
struct TaskResources: Sendable, Encodable, Equatable {
    /// Billionths of a CPU.
    var nanoCPUs: Int64?
    /// Swarm takes no less than 4 MiB.
    var memoryBytes: Int64?
    /// So many of what nodes offer under a name; in reservations only.
    var generic: [String: Int64] = [:]
    /// How many processes; in limits only.
    var processes: Int64?

    private enum Key: String, CodingKey {
        case nanoCPUs = "NanoCPUs"
        case memoryBytes = "MemoryBytes"
        case generic = "GenericResources"
        case processes = "Pids"
    }

    private struct Generic: Encodable {
        struct Discrete: Encodable {
            var kind: String
            var value: Int64

            private enum CodingKeys: String, CodingKey {
                case kind = "Kind"
                case value = "Value"
            }
        }

        var discrete: Discrete

        private enum CodingKeys: String, CodingKey { case discrete = "DiscreteResourceSpec" }
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(nanoCPUs, forKey: .nanoCPUs)
        try values.encodeIfPresent(memoryBytes, forKey: .memoryBytes)
        try values.encodeIfPresent(processes, forKey: .processes)
        let generic = self.generic.sorted { $0.key < $1.key }.map { kind, value in
            Generic(discrete: .init(kind: kind, value: value))
        }
        try values.encodeUnlessEmpty(generic, forKey: .generic)
    }
}
