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
        case .slurm: try await SlurmBackend.connect(context)
        case .swarm, .kubernetes, .cromwell:
            throw SettingFailure(
                "CONTAINER_ENV", "names a backend that this version does not have; it has docker, podman and slurm")
        }
    }
}
