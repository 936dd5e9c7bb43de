/// How a container sits on its host. Never removed or restarted by the engine itself.
struct HostConfiguration: Sendable, Encodable, Equatable {
    /// `source:target[:ro]`, where a missing source folder is created (by Docker, owned by root); a source without a
    /// slash is the name of a volume.
    var binds: [String] = []
    /// Mounts that are refused when their source is missing.
    var mounts: [ContainerMount] = []
    /// Billionths of a CPU.
    var nanoCPUs: Int64?
    /// Bytes; the container is killed beyond.
    var memory: Int64?
    /// Bytes; pressed back towards this when the host is short of memory.
    var memoryReservation: Int64?
    /// Bytes of `/dev/shm`.
    var sharedMemory: Int64?
    /// Groups besides that of the user, by name or number.
    var additionalGroups: [String] = []
    var deviceRequests: [DeviceRequest] = []
    /// `bridge`, `none`, `host`, …; nil: the engine's default.
    var networkMode: String?
    /// `host`, `private`, …; nil: the engine's default.
    var ipcMode: String?
    var runtime: String?
    var pidsLimit: Int64?
    /// `no-new-privileges`, …
    var securityOptions: [String] = []
    /// `ALL`, or names without `CAP_`.
    var droppedCapabilities: [String] = []
    var hasReadOnlyRoot = false
    /// Options of a file system in memory, by where it is mounted.
    var temporaryFileSystems: [String: String] = [:]

    private enum CodingKeys: String, CodingKey {
        case binds = "Binds"
        case mounts = "Mounts"
        case nanoCPUs = "NanoCpus"
        case memory = "Memory"
        case memoryReservation = "MemoryReservation"
        case sharedMemory = "ShmSize"
        case additionalGroups = "GroupAdd"
        case deviceRequests = "DeviceRequests"
        case networkMode = "NetworkMode"
        case ipcMode = "IpcMode"
        case runtime = "Runtime"
        case pidsLimit = "PidsLimit"
        case securityOptions = "SecurityOpt"
        case droppedCapabilities = "CapDrop"
        case hasReadOnlyRoot = "ReadonlyRootfs"
        case temporaryFileSystems = "Tmpfs"
        case restartPolicy = "RestartPolicy"
        case removesItself = "AutoRemove"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeUnlessEmpty(binds, forKey: .binds)
        try values.encodeUnlessEmpty(mounts, forKey: .mounts)
        try values.encodeIfPresent(nanoCPUs, forKey: .nanoCPUs)
        try values.encodeIfPresent(memory, forKey: .memory)
        try values.encodeIfPresent(memoryReservation, forKey: .memoryReservation)
        try values.encodeIfPresent(sharedMemory, forKey: .sharedMemory)
        try values.encodeUnlessEmpty(additionalGroups, forKey: .additionalGroups)
        try values.encodeUnlessEmpty(deviceRequests, forKey: .deviceRequests)
        try values.encodeIfPresent(networkMode, forKey: .networkMode)
        try values.encodeIfPresent(ipcMode, forKey: .ipcMode)
        try values.encodeIfPresent(runtime, forKey: .runtime)
        try values.encodeIfPresent(pidsLimit, forKey: .pidsLimit)
        try values.encodeUnlessEmpty(securityOptions, forKey: .securityOptions)
        try values.encodeUnlessEmpty(droppedCapabilities, forKey: .droppedCapabilities)
        if hasReadOnlyRoot { try values.encode(true, forKey: .hasReadOnlyRoot) }
        try values.encodeUnlessEmpty(temporaryFileSystems, forKey: .temporaryFileSystems)
        try values.encode(["Name": "no"], forKey: .restartPolicy)
        try values.encode(false, forKey: .removesItself)
    }
}
