import Threads

/// The one request at which a relay stands still, until it is let go.
public final class RelayHold: Sendable {
    /// What the relay keeps back.
    public enum Kept: Sendable {
        /// The request: the server has not seen it.
        case request
        /// The answer: the server has done what it was asked to, and the client does not know.
        case answer
    }

    private enum State: Sendable { case waiting, reached, released }

    let kept: Kept
    private let matches: @Sendable (String) -> Bool
    private let state = Locked(State.waiting)

    init(_ kept: Kept, _ matches: @escaping @Sendable (String) -> Bool) {
        self.kept = kept
        self.matches = matches
    }

    /// Whether this is the request; only the first that matches is.
    func takes(_ requestLine: String) -> Bool {
        guard matches(requestLine) else { return false }
        return state.withLock { state in
            guard case .waiting = state else { return false }
            state = .reached
            return true
        }
    }

    var isReleased: Bool { state.withLock { if case .released = $0 { true } else { false } } }

    /// Waits until the request has come; with `Kept.answer`, it may still be on its way to the server.
    public func waitUntilReached(within: Duration = .seconds(30)) async throws {
        try await eventually(within: within, every: .milliseconds(5), "the request to be held comes") {
            state.withLock { if case .waiting = $0 { false } else { true } }
        }
    }

    /// Lets what was held go on, also when its client is gone by now: as a slow network does.
    public func release() { state.withLock { $0 = .released } }
}
