/// One consumer: what its owner wants, and how far the broker is.
struct ConsumerSlot: Sendable {
    enum Wish: Sendable {
        case running
        case paused
        /// Ends when what was delivered is settled.
        case ended
    }

    enum Phase: Sendable {
        /// No channel: no connection, or waiting for `retryAt`.
        case detached
        case awaitingTopology
        /// The channel is being opened and its prefetch set.
        case opening
        /// On its channel without a subscription.
        case idle
        case subscribing
        case active
        case cancelling
    }

    let options: ConsumerOptions
    var wish = Wish.running
    var phase = Phase.detached
    var channel: UInt16?
    /// How often it was subscribed; the consumer tag of the last time. Never the same one twice on a channel: a quorum queue knows
    /// what it has delivered by channel and tag, and RabbitMQ 3.10 loses count, and the connection with 541, when a tag that
    /// has unsettled deliveries comes back.
    var subscriptions = 0
    /// Of the present channel.
    var generation: UInt64 = 0
    /// The owner was told that this generation is registered.
    var isAnnounced = false
    /// Whether the owner was told that no more comes.
    var hasEnded = false
    /// Tags that are not settled; always empty with automatic acknowledgement.
    var unsettled = TagWindow<UInt64>()
    var retryAt: ContinuousClock.Instant?
    var backoff: Backoff

    init(_ options: ConsumerOptions, backoff: Backoff) {
        self.options = options
        self.backoff = backoff
    }

    mutating func detach() {
        phase = .detached
        channel = nil
        isAnnounced = false
        unsettled = TagWindow()
        retryAt = nil
    }
}
