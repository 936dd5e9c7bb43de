/// What a consumer reads and how.
public struct ConsumerOptions: Sendable {
    public var queue: String
    /// How many deliveries may be unacknowledged; on a stream, the credit that acknowledging renews. At least 1.
    public var prefetch: UInt16
    /// Refuses other consumers on a classic queue. RabbitMQ 3.10 does not enforce it on a quorum queue.
    public var exclusive = false
    /// The broker forgets a message when it has sent it. Not allowed on a stream. What a slow reader has not taken
    /// is bounded: beyond 1024 (or `prefetch`, if larger) the oldest are dropped.
    public var automaticAcknowledgement = false
    public var arguments: [String: AMQPValue] = [:]
    /// Asked at each (re)subscription to a stream, on the connection's thread: it must not block.
    public var streamOffset: (@Sendable () -> StreamOffset)?

    public init(queue: String, prefetch: UInt16) {
        self.queue = queue
        self.prefetch = prefetch
    }
}
