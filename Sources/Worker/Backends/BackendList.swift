import Core
import HTTPClient
import Logging
import Program

/// What a backend is built from.
struct BackendContext: Sendable {
    let reader: SettingsReader
    let settings: WorkerSettings
    let logger: Logger
}

/// An engine that has said who it is.
struct ConnectedEngine: Sendable {
    let engine: any Engine
    let id: EngineID
    /// Shown by `GET /api/v1/`.
    let storageType: String
}

/// Where backends are listed: one line for each.
enum BackendList {
    static func connect(_ backend: Backend, _ context: BackendContext) async throws -> ConnectedEngine {
        switch backend {
        case .docker: try await DockerBackend.connect(context)
        case .swarm: try await SwarmBackend.connect(context)
        case .kubernetes: try await KubernetesBackend.connect(context)
        case .cromwell: try await CromwellBackend.connect(context)
        case .slurm: try await SlurmBackend.connect(context)
        }
    }
}
