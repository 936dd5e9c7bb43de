import Core
import Threads

/// The last changes of jobs, by their places in the log, for any number of listeners.
///
/// Nothing is kept for a listener: it knows its own place and reads on from there. One that is too slow finds that what
/// it wants next is no longer here, and must read the lists again; a gateway's memory does not depend on it.
final class ChangeFeed: Sendable {
    struct Change: Sendable {
        let offset: LogOffset
        let key: JobKey
    }

    enum Missed: Sendable {
        case changes([Change])
        /// What came after that place cannot be told any more.
        case unknown
    }

    fileprivate struct State: Sendable {
        var log: Nonce?
        /// Everything after this place is in `changes`.
        var floor: LogOffset = -1
        var end: LogOffset = -1
        /// In log order.
        var changes: [Change] = []
    }

    private let state = Locked(State())
    private let bell = Broadcast()
    private let capacity: Int

    /// - Parameter capacity: how many changes are kept; a hundred bytes each.
    init(capacity: Int = 20_000) { self.capacity = capacity }

    /// Rings when something has changed.
    func listen() -> AsyncStream<Void> { bell.listen() }

    /// Begins anew where reading of a log goes on.
    /// - Parameter place: nil when it is not known what comes: every listener has to begin anew.
    func begin(at place: LogPlace?) {
        state.withLock { state in
            state = State()
            state.log = place?.log
            state.floor = place?.offset ?? -1
            state.end = state.floor
        }
        bell.ring()
    }

    /// Takes what was folded and flushed.
    func note(_ results: [Folded], of log: Nonce) {
        guard let first = results.first, let last = results.last else { return }
        let hasChanges = state.withLock { state in
            if state.log != log {
                state = State()
                state.log = log
                state.floor = first.offset - 1
            }
            state.end = last.offset
            let before = state.changes.count
            for result in results where result.hasChanged {
                guard let key = result.record?.key else { continue }
                state.changes.append(Change(offset: result.offset, key: key))
            }
            let hasChanges = state.changes.count > before
            if state.changes.count > capacity + capacity / 4 {
                let surplus = state.changes.count - capacity
                state.floor = state.changes[surplus - 1].offset
                state.changes.removeFirst(surplus)
            }
            return hasChanges
        }
        if hasChanges { bell.ring() }
    }

    /// The place of the last entry that was read; nil when no log is known.
    var end: LogPlace? {
        state.withLock { state in state.log.map { LogPlace(log: $0, offset: state.end) } }
    }

    /// What came after a place, oldest first.
    func changes(after place: LogPlace, limit: Int) -> Missed {
        state.withLock { state in
            guard state.log == place.log, place.offset >= state.floor else { return .unknown }
            let start = state.firstIndex(after: place.offset)
            return .changes(Array(state.changes[start...].prefix(limit)))
        }
    }

    /// Whether a job may have changed after a place.
    func mayHaveChanged(_ key: JobKey, after place: LogPlace) -> Bool {
        state.withLock { state in
            guard state.log == place.log, place.offset >= state.floor else { return true }
            return state.changes[state.firstIndex(after: place.offset)...].contains { $0.key == key }
        }
    }
}

extension ChangeFeed.State {
    fileprivate func firstIndex(after offset: LogOffset) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].offset > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
