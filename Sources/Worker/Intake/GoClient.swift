import AMQP
import Core

/// Asks the gateways whether an object may start.
struct GoClient: Sendable {
    let connection: AMQPConnection
    let names: QueueNames
    let engine: EngineID
    static let patience: Duration = .seconds(10)

    /// - Returns: nil when nobody answered, in which case asking again later is safe.
    func ask(_ submission: SubmissionID, _ object: ObjectID) async -> GoAnswer? {
        let request = GoRequest(submission: submission, placement: Placement(engine: engine, object: object))
        guard let body = try? JSONMessage.encode(request) else { return nil }
        var message = AMQPMessage(body: body)
        message.type = "go"
        message.persistent = false
        message.expiration = Self.patience
        let reply = try? await connection.request(message, routingKey: names.go, timeout: Self.patience)
        guard let reply else { return nil }
        return try? JSONMessage.decode(GoAnswer.self, from: reply.body)
    }
}
