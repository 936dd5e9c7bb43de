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
    let logMaximumAge: String
    let logMaximumAgeSeconds: Int
    let logMaximumBytes: Int64
    let logsRefresh: Duration
    /// nil: an engine is never given up by itself.
    let engineLostAfter: Duration?

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
            guard let unit = text.last, "YMDhms".contains(unit), let count = Int(text.dropLast()),
                (1...1_000_000).contains(count)
            else {
                throw InvalidValue("must be a number and one of Y, M, D, h, m, s, for example 30D")
            }
            return text
        }
        let unit = ["Y": 31_536_000, "M": 2_592_000, "D": 86_400, "h": 3600, "m": 60, "s": 1][logMaximumAge.suffix(1)]
        logMaximumAgeSeconds = (Int(logMaximumAge.dropLast()) ?? 30) * (unit ?? 86_400)
        logMaximumBytes = Int64(
            try reader.integer(GatewayVariables.logMaximumBytes, in: 1_000_000...Int.max) ?? 10_000_000_000)
        engineLostAfter = try reader.integer(GatewayVariables.engineLostAfter, in: 60...31_536_000).map { .seconds($0) }
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
