import Core
import Threads

/// Whether this worker is its engine's active one: whether it received its pings lately.
final class Activity: Sendable {
    private struct State: Sendable {
        var receivedAt: ContinuousClock.Instant?
        var session = Nonce.random()
        var announced = false
    }

    private let state = Locked(State())
    private let changed = Broadcast()
    private static let term: Duration = .seconds(7)

    var isActive: Bool {
        state.withLock { state in state.receivedAt.map { ContinuousClock.now - $0 < Self.term } ?? false }
    }

    /// Fresh each time this worker becomes active.
    var session: Nonce { state.withLock { $0.session } }

    func received() {
        ring { state in
            state.receivedAt = .now
            guard !state.announced else { return false }
            state.announced = true
            state.session = .random()
            return true
        }
    }

    func interrupted() {
        ring { state in
            state.receivedAt = nil
            defer { state.announced = false }
            return state.announced
        }
    }

    /// Notices that the pings have stopped; called every second.
    func expire() {
        ring { state in
            guard state.announced, let at = state.receivedAt, ContinuousClock.now - at >= Self.term else {
                return false
            }
            state.announced = false
            return true
        }
    }

    /// Rings when this worker becomes active or ceases to be.
    func changes() -> AsyncStream<Void> { changed.listen() }

    private func ring(_ change: (inout State) -> Bool) {
        if state.withLock({ change(&$0) }) { changed.ring() }
    }
}
