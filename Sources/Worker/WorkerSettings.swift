import AMQP
import Core
import Program

/// The worker's settings that do not depend on its backend, parsed.
struct WorkerSettings: Sendable {
    let publishing: AMQPConfiguration
    let consuming: AMQPConfiguration
    let names: QueueNames
    let backend: Backend
    let listen: (host: String, port: Int)?
    let engineID: EngineID?
    let job: JobSettings
    let admission: Bool
    let maximumRunningJobs: Int?

    init(_ reader: SettingsReader) throws(SettingFailure) {
        publishing = try SharedVariables.broker(reader, connectionName: "pman-worker publish")
        consuming = try SharedVariables.broker(reader, connectionName: "pman-worker consume")
        names = try SharedVariables.queueNames(reader)
        backend = try SharedVariables.backend(reader)
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
    }
}
