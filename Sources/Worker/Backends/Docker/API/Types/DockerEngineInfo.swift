/// An engine's size and state.
struct DockerEngineInfo: Sendable, Decodable, Equatable {
    /// Not to be relied on: Podman makes a new one for each call, and two daemons of one machine share Docker's.
    var id: String
    /// The machine's name.
    var name: String
    var serverVersion: String
    /// `linux`, `windows`.
    var osType: String
    /// CPUs of the machine; nil: not told.
    var cpus: Int?
    /// Bytes of memory of the machine; nil: not told.
    var memoryBytes: Int64?
    /// `1` or `2`.
    var cgroupVersion: String
    /// The names of the runtimes (`runc`, `nvidia`, …).
    var runtimes: [String]
    /// `inactive`, `pending`, `active`, `error`, `locked`; empty: not told.
    var swarmState: String
    /// Whether this node is a manager of its swarm.
    var isSwarmManager: Bool

    /// Runs without root's rights.
    var isRootless: Bool

    private enum Key: String, CodingKey {
        case rootless = "Rootless"
        case securityOptions = "SecurityOptions"
        case id = "ID"
        case name = "Name"
        case serverVersion = "ServerVersion"
        case osType = "OSType"
        case cpus = "NCPU"
        case memoryBytes = "MemTotal"
        case cgroupVersion = "CgroupVersion"
        case runtimes = "Runtimes"
        case swarm = "Swarm"
    }

    private struct Swarm: Decodable {
        var state: String?
        var isManager: Bool?

        private enum CodingKeys: String, CodingKey {
            case state = "LocalNodeState"
            case isManager = "ControlAvailable"
        }
    }

    private struct Nothing: Decodable {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = values.tolerant(.id, or: "")
        name = values.tolerant(.name, or: "")
        serverVersion = values.tolerant(.serverVersion, or: "")
        osType = values.tolerant(.osType, or: "")
        cpus = values.tolerant(.cpus).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
        memoryBytes = values.tolerant(.memoryBytes)
        cgroupVersion = values.tolerant(.cgroupVersion, or: "")
        let options: [String] = values.tolerant(.securityOptions, or: [])
        // Podman has a field of its own for it.
        isRootless = values.tolerant(.rootless, or: false) || options.contains { $0.hasPrefix("name=rootless") }
        let runtimes: [String: Nothing] = values.tolerant(.runtimes, or: [:])
        self.runtimes = runtimes.keys.sorted()
        let swarm: Swarm? = values.tolerant(.swarm)
        swarmState = swarm?.state ?? ""
        isSwarmManager = swarm?.isManager ?? false
    }
}
