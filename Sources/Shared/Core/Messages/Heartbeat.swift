/// What a worker says about itself every few seconds on `heartbeats`.
public struct Heartbeat: Sendable, Hashable, Codable {
    public var version = 1
    public let backend: Backend
    public let engine: EngineID
    /// Fresh each time a worker starts or becomes its engine's active one.
    public let session: Nonce
    /// Whether it is the one that watches its engine.
    public let active: Bool
    public let storageType: String
    public let program: String
    /// Why the engine cannot be reached, and since when; nil when it can.
    public let unreachable: String?
    public let running: Int
    /// `HOST/SESSION`, for people. This and what follows is nil from older workers.
    public var name: String?
    /// How many jobs may run at once on the engine; nil: no limit but its size.
    public var slots: Int?
    /// What the engine has and has left for jobs; nil where nobody weighs it.
    public var capacity: EngineSize?
    public var free: EngineSize?
    /// `JOB_LABELS`.
    public var labels: [String: String]?

    public init(
        backend: Backend, engine: EngineID, session: Nonce, active: Bool, storageType: String, program: String,
        unreachable: String?, running: Int
    ) {
        self.backend = backend
        self.engine = engine
        self.session = session
        self.active = active
        self.storageType = storageType
        self.program = program
        self.unreachable = unreachable
        self.running = running
    }
}

/// CPU and memory of an engine, or a part of them.
public struct EngineSize: Sendable, Hashable, Codable {
    public var cpuMillicores: Int?
    public var memoryMebibytes: Int?

    public init(cpuMillicores: Int?, memoryMebibytes: Int?) {
        self.cpuMillicores = cpuMillicores
        self.memoryMebibytes = memoryMebibytes
    }
}
