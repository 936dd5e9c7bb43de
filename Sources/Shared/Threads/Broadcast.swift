/// Tells any number of listeners that something changed; several changes before a listener looks are one.
public final class Broadcast: Sendable {
    private struct State: Sendable {
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
    }

    private let state = Locked(State())

    public init() {}

    /// What rings from now on; a listener that is let go of is forgotten.
    public func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[number] = nil }
        }
        return stream
    }

    /// Whether anybody would hear it.
    public var isHeard: Bool { state.withLock { !$0.listeners.isEmpty } }

    public func ring() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
    }
}
