import Core

/// A job's output as events: `output {text}`, `dropped {bytes, at_least}`, `waiting {reason}`, and in the end `end {status}`.
struct FollowedOutput: EventStreams.Source {
    private struct Output: Encodable { let text: String }
    private struct Dropped: Encodable {
        let bytes: Int
        let isAtLeast: Bool

        enum CodingKeys: String, CodingKey {
            case bytes
            case isAtLeast = "at_least"
        }

        init(_ gap: ListenerBuffer.Gap) { (bytes, isAtLeast) = (gap.bytes, gap.isAtLeast) }
    }
    private struct Waiting: Encodable { let reason: String }
    private struct End: Encodable { let status: String }

    private let listening: Listening
    private var isOver = false

    init(_ listening: Listening) { self.listening = listening }

    func bells() -> [AsyncStream<Void>] { [listening.buffer.bell] }

    mutating func next() -> [ServerSentEvent]? {
        guard !isOver else { return nil }
        let batch = listening.buffer.take()
        isOver = batch.end != nil
        var events: [ServerSentEvent] = []
        if let gap = batch.lostBefore { events.append(ServerSentEvent("dropped", Dropped(gap))) }
        if !batch.text.isEmpty { events.append(ServerSentEvent("output", Output(text: batch.text))) }
        if let gap = batch.dropped { events.append(ServerSentEvent("dropped", Dropped(gap))) }
        if let reason = batch.waiting { events.append(ServerSentEvent("waiting", Waiting(reason: reason))) }
        if let status = batch.end { events.append(ServerSentEvent("end", End(status: status))) }
        return events
    }
}

extension ServerSentEvent {
    fileprivate init(_ name: String, _ value: some Encodable) {
        // Strings and numbers can always be encoded.
        self.init(name: name, data: (try? JSONMessage.encode(value)) ?? Array("{}".utf8))
    }
}
