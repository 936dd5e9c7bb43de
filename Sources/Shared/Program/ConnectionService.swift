public import AMQP
public import ServiceLifecycle

/// A broker connection as a service: on shutdown what is outstanding is confirmed before it closes.
public struct ConnectionService: Service {
    private let connection: AMQPConnection
    private let drainLimit: Duration

    public init(_ connection: AMQPConnection, drainLimit: Duration) {
        self.connection = connection
        self.drainLimit = drainLimit
    }

    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await connection.run()
        } onGracefulShutdown: {
            Task { await connection.close(within: drainLimit) }
        }
    }
}
