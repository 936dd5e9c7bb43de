/// What is declared on each connection, and how far the present one is.
struct TopologyState: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Declared on each connect.
    var declared: Topology
    var channel: UInt16?
    var isOpen = false
    var running: TopologyOperation?
    /// What each expected answer is for, in order.
    var expected = FIFO<String>()
    var waiting = FIFO<TopologyOperation>()
    /// When a refused initial declaration is tried again.
    var retryAt: Instant?
    var backoff: Backoff

    init(_ declared: Topology, backoff: Backoff) {
        self.declared = declared
        self.backoff = backoff
    }

    mutating func connectionLost() -> [Action] {
        channel = nil
        isOpen = false
        running = nil
        expected.removeAll()
        // Additions are asked for again by their calls, and a new connection declares everything anyway.
        waiting.removeAll()
        retryAt = nil
        return []
    }

    /// The commands for `topology`, and what each is for.
    static func commands(for topology: Topology, on channel: UInt16) -> [(what: String, command: BrokerCommand)] {
        topology.exchanges.map { ("exchange \($0.name)", .declareExchange(channel, $0)) }
            + topology.queues.map { ("queue \($0.name)", .declareQueue(channel, $0)) }
            + topology.bindings.map { ("binding of \($0.queue) to \($0.exchange)", .bind(channel, $0)) }
    }
}
