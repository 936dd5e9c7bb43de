import Core
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Program
import ServiceLifecycle
import Threads

/// The HTTP server in front of the API, with TLS where the settings say so.
enum APIServer {
    /// All of a request's header fields, in bytes.
    private static let headerLimit = 32 << 10

    /// - Returns: the server, and what it needs to run beside it.
    /// - Throws: `SettingFailure` naming the file that is no good.
    static func make(_ settings: GatewaySettings, _ responder: APIResponder, _ logger: Logger) throws -> [any Service] {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let certificate = try certificate(settings, logger)
        let limit = TimeAmount(settings.requestTimeout)
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [RequestDeadline(limit: limit)], idleTimeout: limit,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: headerLimit, maxHeaderListSize: headerLimit, maxHeaderFieldCount: 100)))
        let application = Application(
            responder: responder,
            server: try certificate.map { try .tls(plain, tlsConfiguration: $0.configuration) } ?? plain,
            configuration: .init(
                address: .hostname(settings.listen.host, port: settings.listen.port), serverName: "pman",
                availableConnectionsDelegate: MaximumAvailableConnections(
                    maximumConnections(settings, logger), logger: quiet)),
            onServerRunning: { channel in
                logger.notice("listening", metadata: ["address": "\(channel.localAddress?.description ?? "")"])
            },
            logger: quiet)
        return certificate.map { [$0, application] } ?? [application]
    }

    /// As many as MAX_CONNECTIONS says, if the rest of the program has descriptors left then: a client who is kept waiting
    /// harms nobody, and a cache or a broker that cannot be reached any more does.
    private static func maximumConnections(_ settings: GatewaySettings, _ logger: Logger) -> Int {
        let wanted = settings.maximumConnections
        let room = max(8, Descriptors.limit - 64 - 4 * System.coreCount)
        guard wanted > room else { return wanted }
        logger.warning(
            "fewer connections than MAX_CONNECTIONS are taken at once: raise the limit on file descriptors (ulimit -n, LimitNOFILE)",
            metadata: ["limit": "\(Descriptors.limit)", "connections": "\(room)"])
        return room
    }

    private static func certificate(_ settings: GatewaySettings, _ logger: Logger) throws -> ServerCertificate? {
        guard let tls = settings.tls else {
            if settings.authFile != nil, !GatewaySettings.isLoopback(settings.listen.host) {
                logger.warning(
                    "passwords and tokens cross the network as they are: set TLS_CERT_FILE, or put a proxy with TLS in front"
                )
            }
            return nil
        }
        do throws(InvalidValue) {
            return try ServerCertificate(
                certificateFile: tls.certificateFile, keyFile: tls.keyFile,
                clientAuthorityFile: tls.clientAuthorityFile, logger: logger)
        } catch {
            throw SettingFailure("TLS_CERT_FILE", "or another of the TLS files is no good: \(error)")
        }
    }
}
