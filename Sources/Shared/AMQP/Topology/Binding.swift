/// What an exchange hands to a queue.
public struct Binding: Sendable, Hashable {
    public var queue: String
    public var exchange: String
    /// Not looked at by a fanout exchange.
    public var routingKey: String

    public init(queue: String, exchange: String, routingKey: String = "") {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
    }
}
