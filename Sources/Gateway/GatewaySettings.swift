import AMQP
import Core
import Foundation
import Glibc
import Program

/// The gateway's settings, parsed.
struct GatewaySettings: Sendable {
    let publishing: AMQPConfiguration
    let consuming: AMQPConfiguration
    let names: QueueNames
    let backend: Backend
    let listen: (host: String, port: Int)
    let stateDirectory: String
    let storageType: String?
    let removeJobs: Bool
    let logMaximumAge: LogAge
    let logMaximumBytes: Int64
    let logsRefresh: Duration
    /// nil: an engine is never given up by itself.
    let engineLostAfter: Duration?
    /// How long a finished job that its engine no longer has is remembered.
    let retention: Duration

    init(_ reader: SettingsReader) throws(SettingFailure) {
        publishing = try SharedVariables.broker(reader, connectionName: "pman-gateway publish")
        consuming = try SharedVariables.broker(reader, connectionName: "pman-gateway consume")
        names = try SharedVariables.queueNames(reader)
        backend = try SharedVariables.backend(reader)
        guard let address = try reader.address(GatewayVariables.listen) else {
            throw SettingFailure("LISTEN", "is not set")
        }
        listen = address
        stateDirectory = Self.stateDirectory(reader)
        storageType = reader.text(GatewayVariables.storageType)
        removeJobs = try reader.bool(GatewayVariables.removeJobs)
        logMaximumAge = try reader.required(GatewayVariables.logMaximumAge) { text throws(InvalidValue) in
            try LogAge(text)
        }
        logMaximumBytes = Int64(
            try reader.integer(GatewayVariables.logMaximumBytes, in: 1_000_000...Int.max) ?? 10_000_000_000)
        engineLostAfter = try reader.integer(GatewayVariables.engineLostAfter, in: 60...31_536_000).map { .seconds($0) }
        retention = try reader.required(GatewayVariables.retention) { text throws(InvalidValue) in
            guard let days = Double(text), days > 0, days <= 36_500 else {
                throw InvalidValue("must be a number of days above 0, up to 36500; parts of a day are allowed")
            }
            return .seconds(days * 86_400)
        }
        logsRefresh = .seconds(try reader.integer(GatewayVariables.logsRefresh, in: 0...3600) ?? 2)
    }

    private static func stateDirectory(_ reader: SettingsReader) -> String {
        if let given = reader.text(GatewayVariables.stateDirectory) { return given }
        let system = "/var/lib/pman"
        if access(system, W_OK) == 0 || (access(system, F_OK) != 0 && access("/var/lib", W_OK) == 0) { return system }
        let home = reader.text(GatewayVariables.xdgStateHome) ?? NSHomeDirectory() + "/.local/state"
        return home + "/pman"
    }
}
