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

    /// Publishes a run command to its backend's queue, which is declared when it is not known to be there.
    func run(_ submission: Submission) async throws {
        let backend = submission.id.key.backend
        try await declareQueues(of: backend)
        let command = RunCommand(
            submission: submission.id, request: submission.request, signature: submission.signature)
        let message = AMQPMessage(body: try JSONMessage.encode(command), type: "run", about: submission.id)
        do {
            try await connection.publish(message, routingKey: names.run(backend), timeout: Self.patience)
        } catch {
            if case .returned = error { declared.withLock { _ = $0.remove(backend) } }
            throw error
        }
    }

    /// Declares a backend's queues when a job for it comes first, so that it can wait for a worker that never ran, and again
    /// when they have turned out to be gone.
    func declareQueues(of backend: Backend) async throws {
        guard !declared.withLock({ $0.contains(backend) }) else { return }
        try await connection.declare(Topology(queues: PmanTopology.run(names, backend)), timeout: Self.patience)
        declared.withLock { _ = $0.insert(backend) }
    }

    /// Puts a dead letter at the end of its queue, so that it does not count as one more delivery of it.
    func bury(_ message: AMQPMessage) async throws {
        try await connection.publish(message, routingKey: names.dead, timeout: Self.patience)
    }

    /// - Parameters:
    ///   - onlyGone: of a check: only objects that are gone are reported.
    ///   - lifetime: after it the command is worth nothing, since it is sent again on a timer.
    func control(
        _ kind: ControlCommand.Kind, _ subjects: [ControlCommand.Subject], onlyGone: Bool? = nil, to engine: EngineID,
        lifetime: Duration
    ) async throws {
        let command = ControlCommand(kind: kind, subjects: subjects, onlyGone: onlyGone)
        var message = AMQPMessage(
            body: try JSONMessage.encode(command), type: kind.rawValue,
            about: subjects.count == 1 ? subjects.first?.submission : nil)
        message.expiration = lifetime
        try await connection.publish(message, routingKey: names.control(engine), timeout: Self.patience)
    }
}
