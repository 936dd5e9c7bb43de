import Core

/// A job's history as it grows, until the job has ended or is deleted.
struct JobEventSource: EventStreams.Source {
    let key: JobKey
    let generation: Int
    let cache: Cache
    let feed: ChangeFeed
    /// The last entry that was sent.
    var sent: LogPlace?
    /// Where the feed stood when the history was last read.
    private var seen: LogPlace?
    private var hasEnded = false

    private struct End: Encodable {
        let status: JobStatus?

        enum CodingKeys: String, CodingKey { case status }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(status, forKey: .status)
        }
    }

    init(key: JobKey, generation: Int, cache: Cache, feed: ChangeFeed, sent: LogPlace?) {
        self.key = key
        self.generation = generation
        self.cache = cache
        self.feed = feed
        self.sent = sent
    }

    func bells() -> [AsyncStream<Void>] { [feed.listen()] }

    mutating func next() async throws -> [ServerSentEvent]? {
        if hasEnded { return nil }
        let end = feed.end
        if let seen, !feed.mayHaveChanged(key, after: seen) {
            self.seen = end
            return []
        }
        let (record, history) = try await cache.recordWithHistory(key)
        seen = end
        guard let current = record?.current, current.id.generation == generation else {
            hasEnded = true
            return [try ended(nil)]
        }
        // Places in another log mean nothing here: then all is told again.
        let news = history.filter { entry in sent.map { $0.log != entry.id.log || $0.offset < entry.id.offset } ?? true
        }
        var events = try news.map { entry in
            ServerSentEvent(name: "history", data: try JSONMessage.encode(entry), id: entry.id.text)
        }
        if let last = news.last { sent = last.id }
        if current.isFinal {
            hasEnded = true
            events.append(try ended(current.report?.status))
        }
        return events
    }

    private func ended(_ status: JobStatus?) throws -> ServerSentEvent {
        ServerSentEvent(name: "end", data: try JSONMessage.encode(End(status: status)))
    }
}
