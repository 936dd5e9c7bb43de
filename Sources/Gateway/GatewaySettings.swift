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
    /// nil: jobs are not signed.
    let signingKeys: SigningKeys?
    let listen: (host: String, port: Int)
    /// nil: everybody may do everything.
    let authFile: String?
    /// nil: the API has no TLS.
    let tls: (certificateFile: String, keyFile: String, clientAuthorityFile: String?)?
    let brokerMetrics: [BrokerMetricsSource]
    let stateDirectory: String
    let storageType: String?
    let removeJobs: Bool
    let logMaximumAge: LogAge
    let logMaximumBytes: Int64
    let logsRefresh: Duration
    /// How long a client may take to send a request, and how long a connection may be kept without one.
    let requestTimeout: Duration
    /// Further ones wait until another is closed.
    let maximumConnections: Int
    /// How many jobs of one client may wait; nil: any number.
    let maximumWaitingJobs: Int?
    /// nil: an engine is never given up by itself.
    let engineLostAfter: Duration?
    /// How long a finished job that its engine no longer has is remembered.
    let retention: Duration
    /// How long it is remembered which jobs were deleted.
    let deletedKept: LogAge

    init(_ reader: SettingsReader) throws(SettingFailure) {
        publishing = try SharedVariables.broker(reader, connectionName: "pman-gateway publish")
        consuming = try SharedVariables.broker(reader, connectionName: "pman-gateway consume")
        names = try SharedVariables.queueNames(reader)
        backend = try SharedVariables.backend(reader)
        signingKeys = try SharedVariables.signingKeys(reader)
        guard let address = try reader.address(GatewayVariables.listen) else {
            throw SettingFailure("LISTEN", "is not set")
        }
        listen = address
        authFile = try Self.authFile(reader, host: address.host)
        tls = try Self.tls(reader)
        brokerMetrics = try Self.brokerMetrics(reader, publishing)
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
        deletedKept = try reader.required(GatewayVariables.deletedKept) { text throws(InvalidValue) in try LogAge(text)
        }
        requestTimeout = .seconds(try reader.integer(GatewayVariables.requestTimeout, in: 1...3600) ?? 60)
        maximumConnections = try reader.integer(GatewayVariables.maximumConnections, in: 1...1_000_000) ?? 1024
        maximumWaitingJobs = try reader.integer(GatewayVariables.maximumWaitingJobs, in: 1...10_000_000)
        logsRefresh = .seconds(try reader.integer(GatewayVariables.logsRefresh, in: 0...3600) ?? 2)
    }

    /// Beyond this machine nobody shall be let in by oversight.
    private static func authFile(_ reader: SettingsReader, host: String) throws(SettingFailure) -> String? {
        let file = reader.text(GatewayVariables.authFile)
        switch reader.text(GatewayVariables.auth) {
        case "file":
            guard let file else { throw SettingFailure("AUTH_FILE", "is not set, and AUTH=file needs it") }
            return file
        case "none", nil:
            guard file == nil else {
                throw SettingFailure("AUTH", "must be file for AUTH_FILE to be used; or leave AUTH_FILE out")
            }
            guard reader.text(GatewayVariables.auth) != nil || isLoopback(host) else {
                throw SettingFailure(
                    "AUTH",
                    "is not set, and LISTEN is open to other machines: AUTH=file with AUTH_FILE, or AUTH=none where the network keeps strangers out"
                )
            }
            return nil
        default: throw SettingFailure("AUTH", "must be file or none")
        }
    }

    private static func tls(
        _ reader: SettingsReader
    ) throws(SettingFailure) -> (certificateFile: String, keyFile: String, clientAuthorityFile: String?)? {
        let authority = reader.text(GatewayVariables.clientAuthorityFile)
        switch (reader.text(GatewayVariables.certificateFile), reader.text(GatewayVariables.keyFile)) {
        case (let certificate?, let key?): return (certificate, key, authority)
        case (nil, nil):
            guard authority == nil else { throw SettingFailure("TLS_CERT_FILE", "is needed for TLS_CLIENT_CA_FILE") }
            return nil
        case (nil, _): throw SettingFailure("TLS_CERT_FILE", "is not set, and TLS_KEY_FILE is")
        case (_, nil): throw SettingFailure("TLS_KEY_FILE", "is not set, and TLS_CERT_FILE is")
        }
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static func brokerMetrics(
        _ reader: SettingsReader, _ broker: AMQPConfiguration
    ) throws(SettingFailure) -> [BrokerMetricsSource] {
        guard let text = reader.text(GatewayVariables.brokerMetricsURL) else {
            return Set(broker.endpoints.map(\.host)).sorted().map { host in
                BrokerMetricsSource(url: "http://\(host.contains(":") ? "[\(host)]" : host):15692")
            }
        }
        var sources: [BrokerMetricsSource] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let url = URL(string: String(part)), ["http", "https"].contains(url.scheme),
                url.host?.isEmpty == false
            else {
                throw SettingFailure(
                    "BROKER_METRICS_URL",
                    "must be http://host:port or https://host:port, with or without a path, several separated by commas"
                )
            }
            sources.append(BrokerMetricsSource(url: String(part)))
        }
        return sources
    }

    private static func stateDirectory(_ reader: SettingsReader) -> String {
        if let given = reader.text(GatewayVariables.stateDirectory) { return given }
        let system = "/var/lib/pman"
        if access(system, W_OK) == 0 || (access(system, F_OK) != 0 && access("/var/lib", W_OK) == 0) { return system }
        let home = reader.text(GatewayVariables.xdgStateHome) ?? NSHomeDirectory() + "/.local/state"
        return home + "/pman"
    }
}
