/// A queue that must exist.
public struct QueueDeclaration: Sendable, Hashable {
    public var name: String
    /// Survives a restart of the broker; compulsory for quorum queues and streams.
    public var durable = true
    /// Belongs to this connection and dies with it.
    public var exclusive = false
    /// Deleted when its last consumer leaves.
    public var autoDelete = false
    /// For example `x-queue-type`; other arguments than those of the existing queue are refused with 406.
    public var arguments: [String: AMQPValue] = [:]

    public init(
        name: String, durable: Bool = true, exclusive: Bool = false, autoDelete: Bool = false,
        arguments: [String: AMQPValue] = [:]
    ) {
        self.name = name
        self.durable = durable
        self.exclusive = exclusive
        self.autoDelete = autoDelete
        self.arguments = arguments
    }
}
