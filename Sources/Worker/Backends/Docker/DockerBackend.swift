import Core
import FoundationEssentials
import HTTPClient
import Logging
import Program

/// Docker, and Podman through the same API.
enum DockerBackend {
    /// Finds the engine, its name and the storage. What is not there yet is waited for, and said.
    static func connect(_ context: BackendContext) async throws -> ConnectedEngine {
        let endpoint = try DockerEndpoint.read(context.reader)
        let job = context.settings.job
        try DockerStorage.validate(job)
        // Streams have connections of their own, so that they never keep a call waiting.
        let calls = DockerClient(
            http: try HTTPClient(name: "docker", maximumConnectionsPerHost: 16), endpoint: endpoint)
        let streams = DockerClient(
            http: try HTTPClient(name: "docker-stream", maximumConnectionsPerHost: 64), endpoint: endpoint)
        let logger = context.logger

        let id = try await waiting("the Docker engine", logger) { () async throws -> EngineID? in
            try await calls.ping()
            if let given = context.settings.engineID { return given }
            return try await engineID(calls)
        }
        let root = try await waiting("the storage (VOLUME_NAME, or a container with the label PFCON_SELECTOR)", logger)
        {
            try await DockerStorage.root(job, calls)
        }
        logger.info("storage found", metadata: ["root": "\(root)"])
        let credentials = RegistryCredentials.load(environment: [
            "DOCKER_CONFIG": context.reader.text(WorkerVariables.dockerConfig) ?? "",
            "HOME": context.reader.text(WorkerVariables.home) ?? "",
        ])
        for warning in credentials.warnings {
            logger.warning("registry credentials", metadata: ["problem": "\(warning)"])
        }
        let traits = try await waiting("the Docker engine", logger) { () async throws -> EngineTraits? in
            EngineTraits(try await calls.version(), try await calls.info())
        }
        let engine = DockerEngine(
            calls: calls, streams: streams, images: DockerImages(client: streams, credentials: credentials),
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

    /// Tries until there is a value, and says every so often what is missing.
    private static func waiting<Value>(
        _ what: String, _ logger: Logger, _ attempt: () async throws -> Value?
    ) async throws -> Value {
        var tries = 0
        while true {
            var reason = "it does not exist yet"
            do {
                if let value = try await attempt() { return value }
            } catch let failure as SettingFailure {
                throw failure
            } catch let error as CancellationError {
                throw error
            } catch {
                reason = "\(error)"
            }
            if tries % 10 == 0 { logger.warning("waiting for \(what)", metadata: ["reason": "\(reason)"]) }
            tries += 1
            try await Task.sleep(for: .seconds(1))
        }
    }
}
