/// Workers that were heard of lately.
struct WorkerList: Decodable, Sendable {
    struct EngineResources: Decodable, Sendable {
        let cpu_millicores: Int?
        let memory_mebibytes: Int?
    }

    struct Worker: Decodable, Sendable {
        let name: String
        let backend: String
        let engine: String
        let version: String
        let active: Bool
        let running: Int
        let slots: Int?
        let last_heard_seconds: Double
        let unreachable: String?
        let capacity: EngineResources
        let free: EngineResources
    }

    let workers: [Worker]
}
