import Core
import Threads

/// What clients are shown of one job.
enum ShownJob: Sendable {
    /// The body of every answer from now on, as long as nobody deletes the job.
    case finished([UInt8])
    case unfinished(Submission)
}

/// The jobs that were asked about last, in bounded memory: most polls need no read of the cache's file.
///
/// Whoever reads the file takes a ticket before; what has been changed since is not kept. Nor is what changes right now:
/// of two who read it in that moment one may have seen the job as it was, and the other as it is.
final class RecentJobs: Sendable {
    struct Ticket: Sendable {
        fileprivate let changes: UInt64
    }

    private struct Entry: Sendable {
        let job: ShownJob
        let size: Int
    }

    private struct State: Sendable {
        /// Asked about since the last turn, and in the turn before: when the young ones have half of the room, the old
        /// ones are forgotten and the young ones are old.
        var young: [JobKey: Entry] = [:]
        var old: [JobKey: Entry] = [:]
        var youngSize = 0
        var changing: Set<JobKey> = []
        /// Counts what was changed, by a part of the key's hash.
        var changes = [UInt64](repeating: 0, count: 64)
    }

    private let state = Locked(State())
    private let limit: Int

    /// - Parameter limit: in bytes, for all of them.
    init(limit: Int = 8 << 20) { self.limit = limit }

    func find(_ key: JobKey) -> ShownJob? {
        state.withLock { state in
            if let entry = state.young[key] { return entry.job }
            guard let entry = state.old.removeValue(forKey: key) else { return nil }
            insert(entry, key, &state)
            return entry.job
        }
    }

    func ticket(for key: JobKey) -> Ticket {
        let place = Self.place(key)
        return Ticket(changes: state.withLock { $0.changes[place] })
    }

    /// - Parameter size: about how many bytes it takes.
    func keep(_ job: ShownJob, size: Int, for key: JobKey, _ ticket: Ticket) {
        // Large ones would drive out all others.
        guard size <= limit / 16 else { return }
        let place = Self.place(key)
        state.withLock { state in
            guard state.changes[place] == ticket.changes, state.young[key] == nil, !state.changing.contains(key) else {
                return
            }
            state.old[key] = nil
            insert(Entry(job: job, size: size), key, &state)
        }
    }

    /// These may be something else as soon as the transaction that is about to begin has ended.
    func beginChange(of keys: Set<JobKey>) {
        state.withLock { state in
            state.changing.formUnion(keys)
            for key in keys {
                state.old[key] = nil
                if let entry = state.young.removeValue(forKey: key) { state.youngSize -= entry.size }
            }
        }
    }

    func endChange(of keys: Set<JobKey>) {
        state.withLock { state in
            state.changing.subtract(keys)
            for key in keys { state.changes[Self.place(key)] += 1 }
        }
    }

    /// Everything may have changed.
    func forgetAll() {
        state.withLock { state in
            for place in state.changes.indices { state.changes[place] += 1 }
            (state.young, state.old, state.youngSize) = ([:], [:], 0)
        }
    }

    private func insert(_ entry: Entry, _ key: JobKey, _ state: inout State) {
        if state.youngSize + entry.size > limit / 2 {
            (state.old, state.young, state.youngSize) = (state.young, [:], 0)
        }
        state.young[key] = entry
        state.youngSize += entry.size
    }

    private static func place(_ key: JobKey) -> Int { key.hashValue & 63 }
}
