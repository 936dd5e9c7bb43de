import AMQP
import Logging
import Support

/// A running connection that closes with its test.
final class ConnectionFixture: Sendable {
    let connection: AMQPConnection
    private let running: Task<Void, any Error>

    init(
        _ url: String, topology: Topology = .init(), configure: (inout AMQPConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = AMQPConfiguration(endpoints: try AMQPEndpoint.list(parsing: url), connectionName: "test")
        configuration.heartbeat = .seconds(1)
        configuration.connectTimeout = .seconds(2)
        configuration.reconnectDelay = .milliseconds(50) ... .milliseconds(500)
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let connection = AMQPConnection(configuration, topology: topology, logger: logger)
        self.connection = connection
        running = Task { try await connection.run() }
    }

    deinit { running.cancel() }

    func close() async throws {
        await connection.close(within: .seconds(5))
        try await running.value
    }

    func waitUntilConnected(within: Duration = .seconds(20)) async throws {
        try await waitForState("connected", within: within) { if case .connected = $0 { true } else { false } }
    }

    func waitForState(
        _ what: String, within: Duration = .seconds(20), _ isWanted: @Sendable (ConnectionState) -> Bool
    ) async throws {
        try await eventually(
            within: within, every: .milliseconds(5), "state \(what)", lastSeen: { "\(self.connection.state)" }
        ) { isWanted(self.connection.state) }
    }
}
