import Core
import FoundationEssentials
import Program

/// Docker, and Podman through the same API.
enum DockerBackend {
    /// Finds the engine, its name and the storage. What is not there yet is waited for, and said.
    static func connect(_ context: BackendContext) async throws -> ConnectedEngine {
        let job = context.settings.job
        try DockerStorage.validate(job)
        let connection = try DockerConnection(context)
        let (calls, streams) = (connection.calls, connection.streams)
        let logger = context.logger

        let id = try await Patience.wait(for: "the Docker engine", logger) { () async throws -> EngineID? in
            try await calls.ping()
            if let given = context.settings.engineID { return given }
            return try await engineID(calls)
        }
        let root = try await connection.storageRoot(job, logger)
        let traits = try await Patience.wait(for: "the Docker engine", logger) { () async throws -> EngineTraits? in
            EngineTraits(try await calls.version(), try await calls.info())
        }
        let engine = DockerEngine(
            calls: calls, streams: streams, images: DockerImages(client: streams, credentials: connection.credentials),
            settings: job, storageRoot: root, installation: context.settings.names.prefix, traits: traits,
            logger: logger)
        return ConnectedEngine(engine: engine, id: id, storageType: (job.storageType ?? .dockerLocalVolume).rawValue)
    }

    private static let volume = "pman-engine"
    private static let volumeLabel = JobLabels.namespace + "engine"

    /// A UUID on the label of a volume, which is made when it is missing. The engine's own id will not do: Podman has a
    /// new one at each call, and cloned machines share Docker's.
    private static func engineID(_ client: DockerClient) async throws -> EngineID {
        let volume: DockerVolume
        if let existing = try await client.inspectVolume(Self.volume) {
            volume = existing
        } else {
            // Two workers at once: the engine keeps the first one's label and gives it to both.
            volume = try await client.createVolume(
                name: Self.volume, labels: [volumeLabel: UUID().uuidString.lowercased()])
        }
        guard let text = volume.labels[volumeLabel] else {
            throw SettingFailure(
                "ENGINE_ID", "is needed: the engine has a volume \(Self.volume) without pman's label \(volumeLabel)")
        }
        return try EngineID(text)
    }
}
