import Core

/// All that changes, for one listener of `/api/v2/events`.
struct ChangeSource: EventStreams.Source {
    let cache: Cache
    let feed: ChangeFeed
    let snapshots: Snapshots
    let rendering: RenderedJobs
    /// The place up to which the listener has been told everything; nil until a log is known.
    private var place: LogPlace?
    /// It must be told that something is missing.
    private var mustReset: Bool
    private var told: [Snapshots.Kind: Int] = [:]
    /// Jobs told at a time; one that changed several times meanwhile is told once.
    private static let batch = 200

    /// - Parameter lastEventID: as the client shows it; nil for one that begins.
    init(cache: Cache, feed: ChangeFeed, snapshots: Snapshots, rendering: RenderedJobs, lastEventID: String?) {
        self.cache = cache
        self.feed = feed
        self.snapshots = snapshots
        self.rendering = rendering
        let shown = lastEventID.flatMap { try? LogPlace($0) }
        place = shown ?? feed.end
        mustReset = lastEventID != nil && shown == nil
    }

    func bells() -> [AsyncStream<Void>] { [feed.listen(), snapshots.listen()] }

    mutating func next() async throws -> [ServerSentEvent]? {
        var events: [ServerSentEvent] = []
        for (kind, snapshot) in snapshots.newer(than: told) {
            told[kind] = snapshot.number
            events.append(ServerSentEvent(name: kind.rawValue, data: snapshot.json))
        }
        guard let current = place ?? feed.end else { return events }
        place = current
        var changes: [ChangeFeed.Change] = []
        switch mustReset ? .unknown : feed.changes(after: current, limit: Self.batch) {
        case .changes(let found): changes = found
        case .unknown:
            // While no log is known there is nothing to go on from.
            guard let end = feed.end else { return events }
            mustReset = false
            place = end
            events.append(ServerSentEvent(name: "reset", data: Array("{}".utf8), id: end.text))
            return events
        }
        guard let last = changes.last else { return events }
        var newest: [JobKey: LogOffset] = [:]
        for change in changes { newest[change.key] = change.offset }
        let told = changes.filter { newest[$0.key] == $0.offset }
        for (change, event) in zip(told, try await rendering.events(of: told, in: cache)) {
            var event = event
            event.id = LogPlace(log: current.log, offset: change.offset).text
            events.append(event)
        }
        place = LogPlace(log: current.log, offset: last.offset)
        return events
    }
}
