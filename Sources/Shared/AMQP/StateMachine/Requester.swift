/// Requests on their way to a reply, by RabbitMQ's direct reply-to (https://www.rabbitmq.com/docs/direct-reply-to).
struct Requester: Sendable {
    /// The pseudo queue that replies come from; consumed without acknowledgement, on the channel that publishes.
    static let replyQueue = "amq.rabbitmq.reply-to"

    private struct Entry: Sendable {
        let outgoing: OutgoingMessage
        let deadline: ContinuousClock.Instant
        var isSent = false
    }

    /// Confirms are selected and replies consumed.
    var isOpen = false
    var channel: UInt16?
    private var entries: [UInt64: Entry] = [:]
    private var outbox = FIFO<UInt64>()
    private var window = TagWindow<UInt64>()
    private var byCorrelation: [String: UInt64] = [:]
    private(set) var earliestDeadline: ContinuousClock.Instant?

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    var isWanted: Bool { !entries.isEmpty }

    /// - Parameter outgoing: with a correlation that no other message has.
    mutating func add(_ id: UInt64, _ outgoing: OutgoingMessage, deadline: ContinuousClock.Instant) {
        entries[id] = Entry(outgoing: outgoing, deadline: deadline)
        if let correlation = outgoing.message.correlationID { byCorrelation[correlation] = id }
        outbox.append(id)
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
    }

    mutating func next(window limit: Int) -> (channel: UInt16, outgoing: OutgoingMessage)? {
        guard isOpen, let channel, window.count < limit else { return nil }
        while let id = outbox.popFirst() {
            guard let entry = entries[id] else { continue }
            entries[id]?.isSent = true
            window.append(id)
            return (channel, entry.outgoing)
        }
        return nil
    }

    func hasNext(window limit: Int) -> Bool { isOpen && !outbox.isEmpty && window.count < limit }

    mutating func replied(_ message: AMQPMessage) -> [Action] {
        guard let correlation = message.correlationID, let id = byCorrelation[correlation] else { return [] }
        return finish(id, .success(message))
    }

    /// A request that was taken goes on waiting for its reply; a refused one is over.
    mutating func settled(_ tag: UInt64, multiple: Bool, error: PublishError?) -> [Action] {
        let taken = multiple ? window.takeAll(through: tag) : [window.take(tag)].compactMap { $0 }
        guard let error else { return [] }
        return taken.flatMap { finish($0, .failure(error)) }
    }

    mutating func returned(_ message: OutgoingMessage, code: Int, text: String) -> [Action] {
        guard let correlation = message.message.correlationID, let id = byCorrelation[correlation] else { return [] }
        return finish(id, .failure(.returned(code: code, text: text)))
    }

    mutating func drop(_ id: UInt64, _ error: PublishError) -> [Action] {
        finish(id, .failure(error))
    }

    mutating func channelClosed(_ error: PublishError) -> [Action] {
        closeChannel(.failure(error))
    }

    /// Replies to what was sent cannot come any more; what was not sent waits for the next connection.
    mutating func connectionLost() -> [Action] {
        closeChannel(.success(nil))
    }

    private mutating func closeChannel(_ result: Result<AMQPMessage?, PublishError>) -> [Action] {
        isOpen = false
        channel = nil
        window = TagWindow()
        return entries.filter(\.value.isSent).keys.sorted().flatMap { finish($0, result) }
    }

    mutating func expire(now: ContinuousClock.Instant) -> [Action] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        let late = entries.filter { $0.value.deadline <= now }.keys.sorted()
        let actions = late.flatMap { finish($0, .success(nil)) }
        earliestDeadline = entries.values.lazy.map(\.deadline).min()
        let waiting = entries
        outbox.removeAll { waiting[$0] == nil }
        return actions
    }

    mutating func expel(frameMax: Int) -> [Action] {
        let oversized = entries.filter { !$0.value.outgoing.fits(frameMax: frameMax) }.keys.sorted()
        return oversized.flatMap { finish($0, .failure(.tooLarge(OutgoingMessage.headersTooLarge))) }
    }

    mutating func failAll(_ error: PublishError) -> [Action] {
        let actions = entries.keys.sorted().flatMap { finish($0, .failure(error)) }
        self = Requester()
        return actions
    }

    private mutating func finish(_ id: UInt64, _ result: Result<AMQPMessage?, PublishError>) -> [Action] {
        guard let entry = entries.removeValue(forKey: id) else { return [] }
        if let correlation = entry.outgoing.message.correlationID { byCorrelation[correlation] = nil }
        if entries.isEmpty { earliestDeadline = nil }
        return [.requestFinished(id, result)]
    }
}
