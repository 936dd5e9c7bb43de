import Core
import HTTPClient
import Logging
import Program

/// Cromwell, as a way to a cluster's batch system.
enum CromwellBackend {
    /// Checks the settings and waits until Cromwell answers.
    static func connect(_ context: BackendContext) async throws -> ConnectedEngine {
        let job = context.settings.job
        let settings = try CromwellSettings(context.reader, job)
        guard let id = context.settings.engineID ?? settings.engineID else {
            throw SettingFailure(
                "ENGINE_ID", "is needed: CROMWELL_URL is too long, or has signs in it that a name may not have")
        }
        let installation = context.settings.names.prefix
        guard CromwellLabels.fits(installation: installation) else {
            throw SettingFailure("QUEUE_PREFIX", "is too long for Cromwell's labels: 127 characters at the most")
        }
        let client = CromwellClient(
            http: try HTTPClient(name: "cromwell", maximumConnectionsPerHost: 16), endpoint: settings.endpoint)
        let version = try await Patience.wait(for: "Cromwell (CROMWELL_URL)", context.logger) {
            () async throws -> String? in
            try await client.version(deadline: .seconds(10)) ?? "unknown"
        }
        context.logger.info("Cromwell answers", metadata: ["version": "\(version.forMessage)"])
        let engine = CromwellEngine(
            client: client, settings: settings, job: job, installation: installation, logger: context.logger)
        return ConnectedEngine(engine: engine, id: id, storageType: StorageType.host.rawValue)
    }
}
