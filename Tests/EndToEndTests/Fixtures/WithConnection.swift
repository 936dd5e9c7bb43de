import AMQP
import Logging
import Support

/// Runs `body` with a connection of the test's own: what no program of ours would say to the broker.
func withConnection(to broker: PrivateBroker, _ body: (AMQPConnection) async throws -> Void) async throws {
    let connection = AMQPConnection(
        AMQPConfiguration(endpoints: try AMQPEndpoint.list(parsing: broker.url), connectionName: "test"),
        topology: Topology(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let running = Task { try await connection.run() }
    defer { running.cancel() }
    try await body(connection)
}
