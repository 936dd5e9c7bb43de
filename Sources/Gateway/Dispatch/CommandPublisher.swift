import AMQP
import Core
import Program
import Threads

/// Publishes commands to workers.
struct CommandPublisher: Sendable {
    let connection: AMQPConnection
    let names: QueueNames
    private let declared = Locked<Set<Backend>>([])
    static let patience: Duration = .seconds(10)

    /// What one control command takes of many subjects.
    static func parts<Subject>(of subjects: [Subject]) -> [ArraySlice<Subject>] {
        stride(from: 0, to: subjects.count, by: 100).map { subjects[$0..<min($0 + 100, subjects.count)] }
    }

    init(connection: AMQPConnection, names: QueueNames) {
        self.connection = connection
        self.names = names
    }

    /// Declares a backend's queues when a job for it comes first, so that it can wait for a worker that never ran.
    func declareQueues(of backends: Set<Backend>) async throws {
        let new = backends.subtracting(declared.withLock { $0 })
        guard !new.isEmpty else { return }
        try await connection.declare(
            Topology(queues: new.flatMap { PmanTopology.run(names, $0) }), timeout: Self.patience)
        declared.withLock { $0.formUnion(new) }
    }

    func run(_ submission: Submission) async throws {
        let command = RunCommand(
            submission: submission.id, request: submission.request, signature: submission.signature)
        let message = AMQPMessage(body: try JSONMessage.encode(command), type: "run", about: submission.id)
        try await connection.publish(
            message, routingKey: names.run(submission.id.key.backend), timeout: Self.patience)
    }

    /// - Parameter lifetime: after it the command is worth nothing, since it is sent again on a timer.
    func control(
        _ kind: ControlCommand.Kind, _ subjects: [ControlCommand.Subject], to engine: EngineID, lifetime: Duration
    )
        async throws
    {
        var message = AMQPMessage(
            body: try JSONMessage.encode(ControlCommand(kind: kind, subjects: subjects)), type: kind.rawValue,
            about: subjects.count == 1 ? subjects.first?.submission : nil)
        message.expiration = lifetime
        try await connection.publish(message, routingKey: names.control(engine), timeout: Self.patience)
    }
}
