/// What a job asks for. Zero means: no limit.
public struct Resources: Sendable, Hashable, Codable {
    /// Thousandths of a CPU.
    public let cpuMillicores: Int
    /// MiB.
    public let memoryMebibytes: Int
    /// Whole GPUs.
    public let gpus: Int
    /// How many copies of the command run side by side.
    public let workers: Int

    /// A million CPUs: more is a mistake, and every unit that an engine wants still fits 64 bits.
    public static let maximumCPUMillicores = 1_000_000_000
    /// 8 PiB.
    public static let maximumMemoryMebibytes = 1 << 33
    public static let maximumGPUs = 1_000_000
    public static let maximumWorkers = 100_000

    public init(cpuMillicores: Int, memoryMebibytes: Int, gpus: Int, workers: Int) {
        self.cpuMillicores = cpuMillicores
        self.memoryMebibytes = memoryMebibytes
        self.gpus = gpus
        self.workers = workers
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys, _ range: ClosedRange<Int>) throws -> Int {
            let number = try container.decode(Int.self, forKey: key)
            guard range.contains(number) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "must be from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        cpuMillicores = try number(.cpuMillicores, 0...Self.maximumCPUMillicores)
        memoryMebibytes = try number(.memoryMebibytes, 0...Self.maximumMemoryMebibytes)
        gpus = try number(.gpus, 0...Self.maximumGPUs)
        workers = try number(.workers, 1...Self.maximumWorkers)
    }

    public var memoryBytes: Int { memoryMebibytes << 20 }
    public var nanoCPUs: Int { cpuMillicores * 1_000_000 }
}
