/// Messages on their way to a confirm: an outbox, and a window of what is on the wire.
struct Publisher: Sendable {
    private struct Entry: Sendable {
        let outgoing: OutgoingMessage
        let deadline: ContinuousClock.Instant
    }
    private struct InFlight: Sendable {
        let id: UInt64
        let writtenAt: ContinuousClock.Instant
        let routingKey: String
        var returned: PublishError?
    }

    /// The channel is in confirm mode.
    var isOpen = false
    /// The present channel.
    var channel: UInt16?
    private var entries: [UInt64: Entry] = [:]
    private var outbox = FIFO<UInt64>()
    private var window = TagWindow<InFlight>()
    private var excusedAt: ContinuousClock.Instant?
    /// Routing keys to which nothing could be sent on this channel, and since when.
    private var refused: [String: ContinuousClock.Instant] = [:]
    private static let refusalPatience: Duration = .seconds(10)
    /// No deadline is before this.
    private(set) var earliestDeadline: ContinuousClock.Instant?

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    var unconfirmed: Int { window.count }

    /// What has waited longest for its confirm, and since when.
    var oldest: (question: String, since: ContinuousClock.Instant)? {
        window.first.map { ("confirm of a message to \($0.routingKey)", max($0.writtenAt, excusedAt ?? $0.writtenAt)) }
    }

    /// Time in which the broker takes nothing by intention does not count.
    mutating func excuse(now: ContinuousClock.Instant) {
        excusedAt = now
    }

    mutating func add(_ id: UInt64, _ outgoing: OutgoingMessage, deadline: ContinuousClock.Instant) {
        entries[id] = Entry(outgoing: outgoing, deadline: deadline)
        outbox.append(id)
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
    }

    /// The next message to write, which from now on is unconfirmed.
    mutating func next(window limit: Int, now: ContinuousClock.Instant) -> (channel: UInt16, outgoing: OutgoingMessage)?
    {
        guard isOpen, let channel, window.count < limit else { return nil }
        while let id = outbox.popFirst() {
            // Those that were cancelled or expired meanwhile have left a hole.
            guard let entry = entries[id] else { continue }
            window.append(InFlight(id: id, writtenAt: now, routingKey: entry.outgoing.routingKey))
            return (channel, entry.outgoing)
        }
        return nil
    }

    func hasNext(window limit: Int) -> Bool { isOpen && !outbox.isEmpty && window.count < limit }

    mutating func settled(_ tag: UInt64, multiple: Bool, error: PublishError?, now: ContinuousClock.Instant) -> [Action]
    {
        let taken = multiple ? window.takeAll(through: tag) : [window.take(tag)].compactMap { $0 }
        if error == nil, !refused.isEmpty { for inFlight in taken { refused[inFlight.routingKey] = nil } }
        if error != nil, refused.count < 1_000 {
            for inFlight in taken { refused[inFlight.routingKey] = refused[inFlight.routingKey] ?? now }
        }
        return taken.compactMap { finish($0.id, $0.returned ?? error) }
    }

    /// A queue that has refused everything on this channel for long.
    func refusing(now: ContinuousClock.Instant) -> String? {
        refused.first { now - $0.value >= Self.refusalPatience }?.key
    }

    /// A return comes before its ack, and returns come in the order of publishing: it is the first that looks like it.
    mutating func returned(_ message: OutgoingMessage, code: Int, text: String) {
        let entries = entries
        window.updateFirst { inFlight in
            guard inFlight.returned == nil, let entry = entries[inFlight.id],
                entry.outgoing.message.messageID == message.message.messageID,
                entry.outgoing.exchange == message.exchange, entry.outgoing.routingKey == message.routingKey
            else { return false }
            inFlight.returned = .returned(code: code, text: text)
            return true
        }
    }

    /// Drops a message whose publisher waits no longer.
    mutating func drop(_ id: UInt64, _ error: PublishError) -> [Action] {
        guard let action = finish(id, error) else { return [] }
        return [action]
    }

    /// The broker closed the channel: nothing tells which message it was, so all that are outstanding fail.
    mutating func channelClosed(_ error: PublishError) -> [Action] {
        isOpen = false
        channel = nil
        refused = [:]
        let taken = window.takeEverything()
        window = TagWindow()
        return taken.compactMap { finish($0.id, $0.returned ?? error) }
    }

    /// The channel is gone, and what was outstanding on it is sent again on the next one.
    mutating func connectionLost() -> [Action] {
        isOpen = false
        channel = nil
        refused = [:]
        let taken = window.takeEverything()
        window = TagWindow()
        // A message that came back needs no second try.
        let actions = taken.compactMap { $0.returned == nil ? nil : finish($0.id, $0.returned) }
        outbox.prepend(taken.map(\.id).filter { entries[$0] != nil })
        return actions
    }

    mutating func expire(now: ContinuousClock.Instant, _ error: PublishError) -> [Action] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        let late = entries.filter { $0.value.deadline <= now }.keys.sorted()
        let actions = late.compactMap { finish($0, error) }
        earliestDeadline = entries.values.lazy.map(\.deadline).min()
        let waiting = entries
        outbox.removeAll { waiting[$0] == nil }
        return actions
    }

    /// Drops what does not fit into the frames of this connection.
    mutating func expel(frameMax: Int) -> [Action] {
        let oversized = entries.filter { !$0.value.outgoing.fits(frameMax: frameMax) }.keys.sorted()
        return oversized.compactMap { finish($0, .tooLarge(OutgoingMessage.headersTooLarge)) }
    }

    mutating func failAll(_ error: PublishError) -> [Action] {
        let actions = entries.keys.sorted().compactMap { finish($0, error) }
        self = Publisher()
        return actions
    }

    private mutating func finish(_ id: UInt64, _ error: PublishError?) -> Action? {
        guard entries.removeValue(forKey: id) != nil else { return nil }
        if entries.isEmpty {
            earliestDeadline = nil
            outbox.removeAll()
        }
        return .publishFinished(id, error)
    }
}
