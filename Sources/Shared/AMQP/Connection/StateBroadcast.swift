import Threads

/// The present state, and who wants to know of changes.
final class StateBroadcast: Sendable {
    private struct Subscribers: Sendable {
        var state = ConnectionState.connecting(attempt: 1, lastError: nil)
        var newest: UInt64 = 0
        var next = 0
        var streams: [Int: AsyncStream<ConnectionState>.Continuation] = [:]
    }

    private let subscribers = Locked(Subscribers())

    var state: ConnectionState { subscribers.withLock { $0.state } }

    /// The number of the newest connection; 0 before the first.
    var newestGeneration: UInt64 { subscribers.withLock { $0.newest } }

    func update(_ state: ConnectionState) {
        let ended: [AsyncStream<ConnectionState>.Continuation] = subscribers.withLock { subscribers in
            guard subscribers.state != state else { return [] }
            subscribers.state = state
            if case .connected(let generation, _) = state { subscribers.newest = generation }
            // Nothing here is called when a reader ends: it would be called with the reader's task locked, while a yield
            // may wait for that lock.
            subscribers.streams = subscribers.streams.filter { _, stream in
                if case .terminated = stream.yield(state) { false } else { true }
            }
            guard state == .closed else { return [] }
            defer { subscribers.streams = [:] }
            return Array(subscribers.streams.values)
        }
        for stream in ended { stream.finish() }
    }

    func subscribe() -> AsyncStream<ConnectionState> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ConnectionState.self, bufferingPolicy: .bufferingNewest(16))
        let isOver = subscribers.withLock {
            $0.next += 1
            continuation.yield($0.state)
            if $0.state != .closed { $0.streams[$0.next] = continuation }
            return $0.state == .closed
        }
        if isOver { continuation.finish() }
        return stream
    }
}
