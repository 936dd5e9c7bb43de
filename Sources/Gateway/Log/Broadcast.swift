import Threads

/// Tells any number of listeners that something changed; several changes before a listener looks are one.
final class Broadcast: Sendable {
    private let listeners = Locked<[AsyncStream<Void>.Continuation]>([])

    func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        listeners.withLock { $0.append(continuation) }
        return stream
    }

    func ring() {
        for listener in listeners.withLock({ $0 }) { listener.yield() }
    }
}
