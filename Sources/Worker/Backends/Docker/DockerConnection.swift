import Core
import HTTPClient
import Logging
import Program

/// What Docker's backends need to talk to the engine that Docker's own variables name.
struct DockerConnection: Sendable {
    /// For calls that have an answer.
    let calls: DockerClient
    /// Streams have connections of their own, so that they never keep a call waiting.
    let streams: DockerClient
    let credentials: RegistryCredentials

    init(_ context: BackendContext) throws {
        let endpoint = try DockerEndpoint.read(context.reader)
        calls = DockerClient(http: try HTTPClient(name: "docker", maximumConnectionsPerHost: 16), endpoint: endpoint)
        streams = DockerClient(
            http: try HTTPClient(name: "docker-stream", maximumConnectionsPerHost: 64), endpoint: endpoint)
        credentials = RegistryCredentials.load(environment: [
            "DOCKER_CONFIG": context.reader.text(WorkerVariables.dockerConfig) ?? "",
            "HOME": context.reader.text(WorkerVariables.home) ?? "",
        ])
        for warning in credentials.warnings {
            context.logger.warning("registry credentials", metadata: ["problem": "\(warning)"])
        }
    }

    /// Waits for the volume or for pfcon's container, and says so.
    func storageRoot(_ settings: JobSettings, _ logger: Logger) async throws -> String {
        let root = try await Patience.wait(
            for: "the storage (VOLUME_NAME, or a container with the label PFCON_SELECTOR)", logger
        ) {
            try await DockerStorage.root(settings, calls)
        }
        logger.info("storage found", metadata: ["root": "\(root)"])
        return root
    }
}
