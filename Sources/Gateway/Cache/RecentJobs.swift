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

    private struct State: Sendable {
        var jobs: Generations<JobKey, ShownJob>
        var changing: Set<JobKey> = []
        /// Counts what was changed, by a part of the key's hash.
        var changes = [UInt64](repeating: 0, count: 64)
    }

    private let state: Locked<State>
    private let limit: Int

    /// - Parameter limit: in bytes, for all of them.
    init(limit: Int = 8 << 20) {
        self.limit = limit
        state = Locked(State(jobs: Generations(half: limit / 2)))
    }

    func find(_ key: JobKey) -> ShownJob? { state.withLock { $0.jobs.use(key) } }

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
            guard state.changes[place] == ticket.changes, !state.jobs.isYoung(key), !state.changing.contains(key) else {
                return
            }
            state.jobs.put(job, size: size, for: key)
        }
    }

    /// These may be something else as soon as the transaction that is about to begin has ended.
    func beginChange(of keys: Set<JobKey>) {
        state.withLock { state in
            state.changing.formUnion(keys)
            for key in keys { state.jobs.remove(key) }
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
            state.jobs.removeAll()
        }
    }

    private static func place(_ key: JobKey) -> Int { key.hashValue & 63 }
}
