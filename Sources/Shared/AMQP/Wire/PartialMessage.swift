/// A message whose frames are still coming.
struct PartialMessage {
    enum Kind {
        case delivery(tag: UInt64, redelivered: Bool)
        case returned(code: Int, text: String)
    }

    let kind: Kind
    let exchange: String
    let routingKey: String
    var message: AMQPMessage?
    /// Bytes of the body that are still to come.
    var missing = 0

    init(_ kind: Kind, exchange: String, routingKey: String) {
        self.kind = kind
        self.exchange = exchange
        self.routingKey = routingKey
    }

    /// The whole, or nil while something is missing.
    func event(channel: UInt16) -> BrokerEvent? {
        guard let message, missing == 0 else { return nil }
        switch kind {
        case .delivery(let tag, let redelivered):
            return .delivered(
                channel: channel,
                IncomingMessage(
                    tag: tag, redelivered: redelivered, exchange: exchange, routingKey: routingKey, message: message))
        case .returned(let code, let text):
            let outgoing = OutgoingMessage(
                message: message, exchange: exchange, routingKey: routingKey, mandatory: true)
            return .returned(channel: channel, code: code, text: text, message: outgoing)
        }
    }
}
