/// What the broker was asked and has not answered, per channel.
///
/// A node that has lost its majority, or a queue that elects a leader, may swallow a question for ever; the channel then
/// takes no other. On one channel answers come in the order of the questions.
struct AnswerWatch: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Waiting: Sendable {
        var questions = FIFO<String>()
        var since: Instant
    }

    private var channels: [UInt16: Waiting] = [:]

    /// A command was written.
    mutating func sent(_ command: BrokerCommand, now: Instant) {
        // The broker answers nothing that was asked before this.
        if case .confirmChannelClose(let channel) = command { channels[channel] = nil }
        guard let (channel, question) = command.question else { return }
        channels[channel, default: Waiting(since: now)].questions.append(question)
    }

    /// Something was read.
    mutating func received(_ event: BrokerEvent, now: Instant) {
        guard let channel = event.answeredChannel, channels[channel]?.questions.popFirst() != nil else { return }
        channels[channel]?.since = now
        if channels[channel]?.questions.isEmpty == true { channels[channel] = nil }
    }

    /// Time in which the broker reads nothing by intention does not count.
    mutating func excuse(now: Instant) {
        for channel in channels.keys { channels[channel]?.since = now }
    }

    /// What has waited longest, counted from the answer before, and since when.
    var oldest: (question: String, since: Instant)? {
        let waiting = channels.values.min { $0.since < $1.since }
        return waiting.flatMap { waiting in waiting.questions.first.map { ($0, waiting.since) } }
    }
}

extension BrokerCommand {
    /// What is to be answered, and where.
    fileprivate var question: (channel: UInt16, text: String)? {
        switch self {
        case .openChannel(let channel): (channel, "opening a channel")
        case .closeChannel(let channel): (channel, "closing a channel")
        case .selectConfirms(let channel): (channel, "confirm mode")
        case .setPrefetch(let channel, _): (channel, "prefetch")
        case .declareExchange(let channel, let exchange): (channel, "exchange \(exchange.name)")
        case .declareQueue(let channel, let queue): (channel, "queue \(queue.name)")
        case .inspectQueue(let channel, let name): (channel, "queue \(name)")
        case .deleteQueue(let channel, let name): (channel, "deletion of queue \(name)")
        case .bind(let channel, let binding): (channel, "binding of \(binding.queue) to \(binding.exchange)")
        case .consume(let channel, let options, _): (channel, "consumer of \(options.queue)")
        case .cancelConsuming(let channel, _): (channel, "end of a consumer")
        case .confirmChannelClose, .confirmConnectionClose, .acknowledge, .reject, .publish: nil
        }
    }
}

extension BrokerEvent {
    fileprivate var answeredChannel: UInt16? {
        switch self {
        case .channelOpened(let channel), .channelCloseConfirmed(let channel), .confirmsSelected(let channel),
            .prefetchSet(let channel), .consuming(let channel), .consumingEnded(let channel), .declared(let channel, _):
            channel
        case .channelClosed, .cancelledByBroker, .acknowledged, .refused, .returned, .delivered, .blocked, .unblocked,
            .connectionClosed:
            nil
        }
    }
}
