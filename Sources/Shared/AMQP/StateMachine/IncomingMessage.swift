/// A message as the broker delivered it to a consumer.
struct IncomingMessage: Sendable {
    var tag: UInt64
    var redelivered: Bool
    var exchange: String
    var routingKey: String
    var message: AMQPMessage
}
