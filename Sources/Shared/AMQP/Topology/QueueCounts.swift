/// What a passive declare tells about a queue. It is wrong right after a restart of the broker and says nothing of use for a stream.
public struct QueueCounts: Sendable, Equatable {
    /// Messages waiting; those delivered and not yet acknowledged are not counted.
    public var ready: Int
    public var consumers: Int

    public init(ready: Int, consumers: Int) {
        self.ready = ready
        self.consumers = consumers
    }
}
