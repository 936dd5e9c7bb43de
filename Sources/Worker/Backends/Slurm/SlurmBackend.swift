import Core
import FoundationEssentials
import Glibc
import HTTPClient
import Logging
import Program

/// Slurm, through its own REST server.
enum SlurmBackend {
    /// Finds the cluster and its name. What is not there yet is waited for, and said.
    static func connect(_ context: BackendContext) async throws -> ConnectedEngine {
        let job = context.settings.job
        let settings = try SlurmSettings(context.reader, job)
        let client = SlurmClient(
            http: try HTTPClient(name: "slurm", maximumConnectionsPerHost: 8), endpoint: settings.endpoint,
            token: settings.token, userName: settings.userName)
        let records = try JobRecords(directory: settings.logDirectory, owner: try owner(settings))
        try records.prepare()
        let installation = context.settings.names.prefix
        let user = SlurmUser(name: settings.userName, id: Int(geteuid()))
        let id = try await Patience.wait(for: "Slurm", context.logger) { () async throws -> EngineID? in
            let cluster = try await client.ping().cluster
            if let given = context.settings.engineID { return given }
            return try await engineID(cluster, client, context.logger)
        }
        let engine = SlurmEngine(
            client: client, snapshots: SlurmSnapshots(client: client, installation: installation, user: user),
            records: records, settings: settings, jobSettings: job, installation: installation, logger: context.logger)
        return ConnectedEngine(engine: engine, id: id, storageType: StorageType.host.rawValue)
    }

    /// The user whom jobs' records are given to; nil: the worker's own.
    private static func owner(_ settings: SlurmSettings) throws(SettingFailure) -> JobRecords.Owner? {
        guard let name = settings.userName else { return nil }
        guard let entry = getpwnam(name) else {
            guard geteuid() == 0 else { return nil }
            throw SettingFailure(
                "SLURM_USER_NAME",
                "names a user whom this machine does not know: run the worker as that user, not as root")
        }
        let owner = JobRecords.Owner(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
        if owner.user == geteuid() { return nil }
        guard geteuid() == 0 else {
            throw SettingFailure(
                "SLURM_USER_NAME",
                "must be the worker's own user, unless the worker runs as root: jobs write into what it makes")
        }
        return owner
    }

    /// The cluster's name. Newer versions say it in each answer; v0.0.38 only in jobs, so that a cluster without any is
    /// given a held one for a moment.
    private static func engineID(_ told: String?, _ client: SlurmClient, _ logger: Logger) async throws -> EngineID {
        if let told { return try name(told) }
        if let cluster = try await client.jobs().lazy.map(\.cluster).first(where: { !$0.isEmpty }) {
            return try name(cluster)
        }
        logger.info("a held job is made for a moment, because only jobs say the cluster's name")
        let probe = try await client.submit(
            SlurmSubmission(
                name: "pman-asks-the-cluster-name", comment: "", script: "#!/bin/sh\nexit 0\n", outputFile: "/dev/null")
        )
        let cluster = try await client.jobs().first { $0.id == probe }?.cluster ?? ""
        try await client.cancel(probe)
        guard !cluster.isEmpty else {
            throw SettingFailure("ENGINE_ID", "is needed: this Slurm does not say its cluster's name")
        }
        return try name(cluster)
    }

    private static func name(_ cluster: String) throws(SettingFailure) -> EngineID {
        guard let id = try? EngineID(cluster) else {
            throw SettingFailure("ENGINE_ID", "is needed: the cluster's name has characters that it must not have")
        }
        return id
    }
}
