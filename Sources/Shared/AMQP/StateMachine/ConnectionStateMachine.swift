import Logging

/// The protocol logic of a connection without any I/O: each event is a mutating function that returns what to do.
///
/// It outlives connections; `session` is the present one. Time comes in as an argument.
struct ConnectionStateMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Phase: Sendable, Equatable {
        case open
        /// No new work; ends when nothing is outstanding or at the deadline.
        case closing(deadline: Instant)
        case closed
    }

    let publishWindow: Int
    let outboxLimit: Int
    /// Begins the identifiers that must differ from those of every other connection.
    let identity: String

    var phase = Phase.open
    var session: Session?
    /// Failed attempts since the connection was last usable.
    var failures = 0
    /// One line, without any password.
    var lastError: String?
    var reconnect: Backoff
    var generations: UInt64 = 0

    var topology: TopologyState
    var publisher = Publisher()
    var sender = Sender()
    var requester = Requester()
    var consumers: [UInt64: ConsumerSlot] = [:]
    var calls: [UInt64: Call] = [:]
    let delays: ClosedRange<Duration>
    /// How long an answer or a confirm may stay out. Doubles each time in vain, so that a broker that is only slow has
    /// its chance, and what is published again does not pile up in a queue without a majority.
    var patience = Self.leastPatience
    static let leastPatience = Duration.seconds(15)
    static let greatestPatience = Duration.seconds(240)

    init(
        topology: Topology, reconnectDelay: ClosedRange<Duration>, publishWindow: Int, outboxLimit: Int,
        identity: String
    ) {
        self.topology = TopologyState(topology, backoff: Backoff(reconnectDelay))
        self.reconnect = Backoff(reconnectDelay)
        self.delays = reconnectDelay
        self.publishWindow = max(1, publishWindow)
        self.outboxLimit = outboxLimit
        self.identity = identity
    }

    /// What the owner sees.
    var state: ConnectionState {
        if phase == .closed { return .closed }
        guard let session, session.isReady else {
            return .connecting(attempt: failures + 1, lastError: lastError)
        }
        if let reason = session.blocked { return .blocked(generation: session.generation, reason: reason) }
        return .connected(generation: session.generation, node: session.node)
    }

    var isClosed: Bool { phase == .closed }
    var isReady: Bool { session?.isReady ?? false }

    /// Why something that did not happen in time did not happen.
    var lateness: PublishError {
        guard let session, session.isReady else { return .disconnected(reason: lastError ?? "no connection yet") }
        if let reason = session.blocked { return .blocked(reason: reason) }
        return .timedOut
    }

    /// A command goes to the broker.
    mutating func sent(_ command: BrokerCommand, now: Instant) {
        session?.answers.sent(command, now: now)
    }

    mutating func nextGeneration() -> UInt64 {
        generations += 1
        return generations
    }

    /// Opens a channel of the present connection.
    mutating func open(_ role: ChannelRole) -> (channel: UInt16, actions: [Action])? {
        guard let channel = session?.channels.open(role) else { return nil }
        return (channel, [.send(.openChannel(channel))])
    }

    /// Closes a channel and ignores what still comes on it.
    mutating func close(_ channel: UInt16) -> [Action] {
        session?.channels.markClosing(channel)
        return [.send(.closeChannel(channel))]
    }
}
