/// `pman-gateway` as a process: on a port of its own, with a cache of its own, both kept over restarts.
public final class GatewayProcess: Sendable {
    public let program: ProgramUnderTest
    /// Its API, for the backend `docker` unless CONTAINER_ENV says otherwise.
    public let api: PmanAPI
    /// Where its cache lies.
    public let stateDirectory: String
    private let directory: TemporaryDirectory

    /// Prepares it; `start()` starts it.
    /// - Parameters:
    ///   - queuePrefix: what separates one test's queues from another's on one broker.
    ///   - environment: more variables, or others than the usual ones.
    public init(amqpURL: String, queuePrefix: String, environment: [String: String] = [:]) throws {
        directory = try TemporaryDirectory("gateway")
        stateDirectory = try directory.folder("state")
        let port = try FreePort.pick()
        var all = ["AMQP_URL": amqpURL, "QUEUE_PREFIX": queuePrefix, "STATE_DIR": stateDirectory]
        all.merge(environment) { _, given in given }
        program = ProgramUnderTest("pman-gateway", port: port, environment: all, logFile: directory.file("log"))
        api = PmanAPI(program.http)
    }

    /// Prepares it, starts it, and waits until `/readyz` answers 200.
    public static func started(
        amqpURL: String, queuePrefix: String, environment: [String: String] = [:]
    ) async throws -> GatewayProcess {
        let gateway = try GatewayProcess(amqpURL: amqpURL, queuePrefix: queuePrefix, environment: environment)
        try await gateway.program.start()
        return gateway
    }

    /// `http://127.0.0.1:PORT`
    public var url: String { "http://127.0.0.1:\(program.port)" }
}
