import AMQP
import Core
import Program

/// The worker's settings that do not depend on its backend, parsed.
struct WorkerSettings: Sendable {
    let publishing: AMQPConfiguration
    let consuming: AMQPConfiguration
    let names: QueueNames
    let backend: Backend
    /// nil: jobs need not be signed.
    let signingKeys: SigningKeys?
    let listen: (host: String, port: Int)?
    let engineID: EngineID?
    let job: JobSettings
    let admission: Bool
    /// nil: no limit.
    let maximumRunningJobs: Int?

    init(_ reader: SettingsReader) throws(SettingFailure) {
        publishing = try SharedVariables.broker(reader, connectionName: "pman-worker publish")
        consuming = try SharedVariables.broker(reader, connectionName: "pman-worker consume")
        names = try SharedVariables.queueNames(reader)
        backend = try SharedVariables.backend(reader)
        signingKeys = try SharedVariables.signingKeys(reader)
        listen = try reader.address(WorkerVariables.listen)
        engineID = try reader.parse(WorkerVariables.engineID) { text throws(InvalidValue) in try EngineID(text) }
        job = try JobSettings(reader, backend)
        admission = try reader.required(WorkerVariables.admission) { text throws(InvalidValue) in
            switch text.lowercased() {
            case "engine": return true
            case "off": return false
            default: throw InvalidValue("must be engine or off")
            }
        }
        maximumRunningJobs = try reader.integer(WorkerVariables.maximumRunningJobs, in: 1...1_000_000)
        if maximumRunningJobs != nil { try Self.checkThatJobsAreCounted(backend, admission) }
    }

    /// A limit that nobody would keep to is refused, never passed over.
    private static func checkThatJobsAreCounted(_ backend: Backend, _ admission: Bool) throws(SettingFailure) {
        let instead: String? =
            switch backend {
            case .docker: nil
            case .swarm: "limit what its nodes offer"
            case .kubernetes: "set a ResourceQuota in the jobs' namespace"
            case .cromwell: "set concurrent-job-limit in Cromwell's configuration"
            case .slurm: "limit the jobs of SLURM_ACCOUNT or SLURM_QOS"
            }
        if let instead {
            throw SettingFailure(
                "MAX_RUNNING_JOBS",
                "does not go with CONTAINER_ENV=\(backend.rawValue), which queues by itself: leave it unset, and \(instead)"
            )
        }
        guard admission else {
            throw SettingFailure(
                "MAX_RUNNING_JOBS", "needs ADMISSION=engine: with ADMISSION=off nobody counts the jobs on the engine")
        }
    }
}
