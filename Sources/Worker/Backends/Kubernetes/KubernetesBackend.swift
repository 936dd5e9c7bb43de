import Core
import HTTPClient
import Logging
import Program

/// Kubernetes, and OpenShift through the same API.
enum KubernetesBackend {
    /// Finds the cluster and its name, and says what is missing while it is.
    static func connect(_ context: BackendContext) async throws -> ConnectedEngine {
        let job = context.settings.job
        let cluster = try KubernetesSettings(context.reader, job)
        let access = try ClusterAccess.read(context.reader)
        let logger = context.logger
        logger.info("cluster access", metadata: ["from": "\(access.source)", "namespace": "\(cluster.namespace)"])
        if access.endpoint.tls?.verify == false {
            logger.warning("insecure-skip-tls-verify: anybody on the way can play the API server")
        }
        let client = KubernetesClient(
            http: try HTTPClient(name: "kubernetes", maximumConnectionsPerHost: 16), access: access,
            namespace: cluster.namespace)
        let engine = KubernetesEngine(
            client: client, settings: job, cluster: cluster, installation: context.settings.names.prefix,
            logger: logger)
        let id = try await Patience.wait(for: "the cluster", logger) {
            try await identify(engine, context.settings.engineID)
        }
        return ConnectedEngine(engine: engine, id: id, storageType: (job.storageType ?? .kubernetesPVC).rawValue)
    }

    /// The UID of the namespace of jobs.
    static func engineID(_ client: KubernetesClient) async throws -> EngineID {
        let uid: String?
        do {
            uid = try await client.namespaceUID()
        } catch {
            if case .refused(let refusal) = error, refusal.isMissingRight {
                throw SettingFailure(
                    "ENGINE_ID",
                    "is needed, because the worker may not read its namespace: set it to a name of the cluster and "
                        + "namespace that every worker there has (\(refusal))")
            }
            throw error
        }
        guard let uid else { throw KubernetesError.malformed("no namespace \(client.namespace)") }
        return try EngineID(uid)
    }

    private static func identify(_ engine: KubernetesEngine, _ given: EngineID?) async throws -> EngineID {
        try await engine.ping()
        // What every moment of the work needs: a right that is missing is said at once, and not by the first job.
        _ = try await engine.list()
        if let given { return given }
        return try await engineID(engine.client)
    }
}
