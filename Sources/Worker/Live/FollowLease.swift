import Core
import Threads

/// One gateway's hold on one stream: how long, and how far it may go.
final class FollowLease: Sendable {
    private struct State: Sendable {
        var deadline: ContinuousClock.Instant
        var received = 0
        var isOver = false
        var sender: CheckedContinuation<Void, Never>?
        var ender: CheckedContinuation<Void, Never>?
    }

    private let state: Locked<State>

    init(now: ContinuousClock.Instant = .now) {
        state = Locked(State(deadline: now + FollowTerms.lease))
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    func renew(received: Int, now: ContinuousClock.Instant = .now) {
        wake { state in
            state.deadline = now + FollowTerms.lease
            state.received = max(state.received, received)
        }
    }

    func end() { wake { $0.isOver = true } }

    /// - Returns: whether it has run out.
    func hasRunOut(now: ContinuousClock.Instant = .now) -> Bool { state.withLock { $0.deadline <= now } }

    /// How many bytes may go after `sent`; waits until there are any. 0: the lease is over.
    func room(after sent: Int) async -> Int {
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard !state.isOver, sent - state.received >= FollowTerms.window else { return false }
                state.sender = waiter
                return true
            }
            if !mustWait { waiter.resume() }
        }
        return state.withLock { $0.isOver ? 0 : max(1, FollowTerms.window - max(0, sent - $0.received)) }
    }

    /// Returns when `end` was called. One may wait.
    func waitForEnd() async {
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard !state.isOver else { return false }
                state.ender = waiter
                return true
            }
            if !mustWait { waiter.resume() }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            let ender = state.isOver ? state.ender : nil
            if state.isOver { state.ender = nil }
            defer { state.sender = nil }
            return [state.sender, ender]
        }
        for waiter in waiters { waiter?.resume() }
    }
}
