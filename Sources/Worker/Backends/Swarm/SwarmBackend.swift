import Core
import Program

/// A swarm, through the engine of one of its managers.
enum SwarmBackend {
    /// Finds the swarm and the storage. What is not there yet is waited for, and said.
    static func connect(_ context: BackendContext) async throws -> ConnectedEngine {
        let job = context.settings.job
        try SwarmSettings.validate(job)
        let swarm = try SwarmSettings(context.reader)
        let connection = try DockerConnection(context)

        let id = try await Patience.wait(for: "the swarm", context.logger) { () async throws -> EngineID? in
            let id: String
            do throws(DockerError) { id = try await connection.calls.swarmID() } catch {
                throw SwarmTrouble.general(error)
            }
            return try context.settings.engineID ?? EngineID(id)
        }
        let engine = SwarmEngine(
            calls: connection.calls, streams: connection.streams, credentials: connection.credentials, settings: job,
            swarm: swarm, storageRoot: try await connection.storageRoot(job, context.logger),
            installation: context.settings.names.prefix, logger: context.logger)
        return ConnectedEngine(
            engine: engine, id: id, storageType: (job.storageType ?? .host).rawValue)
    }
}
