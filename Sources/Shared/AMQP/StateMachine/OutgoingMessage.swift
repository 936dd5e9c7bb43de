/// A message and where it goes.
struct OutgoingMessage: Sendable {
    var message: AMQPMessage
    var exchange: String
    var routingKey: String
    var mandatory: Bool
}
