/// Messages that nobody waits for.
struct Sender: Sendable {
    /// More than these at once are dropped, the newest first.
    static let limit = 1024

    var isOpen = false
    var channel: UInt16?
    private var outbox = FIFO<OutgoingMessage>()

    mutating func add(_ outgoing: OutgoingMessage) {
        guard isOpen, outbox.count < Self.limit else { return }
        outbox.append(outgoing)
    }

    mutating func next() -> (channel: UInt16, outgoing: OutgoingMessage)? {
        guard isOpen, let channel, let outgoing = outbox.popFirst() else { return nil }
        return (channel, outgoing)
    }

    var hasNext: Bool { isOpen && !outbox.isEmpty }

    mutating func connectionLost() {
        self = Sender()
    }
}
