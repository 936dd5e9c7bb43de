import Threads

/// One call as the caller and the loop's thread share it.
final class Call: Sendable {
    let request: PreparedRequest
    let sink: any ResponseSink
    /// Streams are not counted against the bound on connections: a few that live for ever would starve all calls.
    let isStream: Bool
    let created = ContinuousClock.now
    private let cancelled = Locked(false)

    init(_ request: PreparedRequest, sink: any ResponseSink, isStream: Bool) {
        self.request = request
        self.sink = sink
        self.isStream = isStream
    }

    /// When the deadline passes.
    var expiry: ContinuousClock.Instant? { request.deadline.map { created + $0 } }

    /// Seen by the loop when the cancellation overtakes the start.
    var isCancelled: Bool { cancelled.withLock { $0 } }

    /// The caller is free at once; the loop drops the connection when it hears of it.
    func cancel(_ inbox: Inbox) {
        cancelled.withLock { $0 = true }
        sink.finish(.cancelled)
        inbox.post(.cancel(self))
    }
}
