import AMQP
import Exposition
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// The worker's `/healthz` (the process lives), `/readyz` (broker connected, engine answers) and `/metrics`.
struct HealthServer: Service {
    let host: String
    let port: Int
    let publishing: AMQPConnection
    let consuming: AMQPConnection
    let health: EngineHealth
    let exposition: Exposition
    let logger: Logger

    func run() async throws {
        let router = Router()
        router.get("healthz") { _, _ in "alive\n" }
        router.get("readyz") { _, _ -> Response in
            guard let complaint else { return Response(status: .ok, body: .init(byteBuffer: .init(string: "ready\n"))) }
            return Response(
                status: .serviceUnavailable, body: .init(byteBuffer: .init(string: complaint + "\n")))
        }
        router.get("metrics") { [exposition] _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: .init(string: await exposition.text())))
        }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            router: router, configuration: .init(address: .hostname(host, port: port), serverName: "pman"),
            logger: quiet)
        try await application.run()
    }

    private var complaint: String? {
        for connection in [publishing, consuming] {
            switch connection.state {
            case .connected: continue
            case .blocked(_, let reason): return "the broker blocks publishing: \(reason)"
            case .connecting(_, let lastError): return "the broker is not connected: \(lastError ?? "connecting")"
            case .closed: return "stopping"
            }
        }
        return health.complaint
    }
}
