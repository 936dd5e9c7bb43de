import Core

/// How far run commands are published: in log order for all backends together, and from further back for a backend whose
/// queue takes nothing just now, so that it holds up nobody else.
struct DispatchProgress {
    private struct Straggler {
        /// The first of its submissions that may not be published.
        var from: LogOffset
        /// Later ones were passed over since this was looked at last.
        var passedOver = false
    }

    private var reading = 0
    private var upTo: LogOffset = -1
    private var stragglers: [Backend: Straggler] = [:]

    /// Takes in what the log says, and returns behind which place submissions are looked for.
    /// - Parameters:
    ///   - reading: which reading of the log the offsets are of. Those of a log that was lost mean nothing in the next one.
    ///   - dispatched: up to where the log itself says that all are published.
    mutating func resume(reading: Int, dispatched: LogOffset) -> LogOffset {
        if reading != self.reading { self = DispatchProgress(reading: reading) }
        upTo = max(upTo, dispatched)
        return upTo
    }

    /// Which of a batch are published in turn; those of backends that are behind are passed over.
    mutating func inTurn(_ batch: [Submission]) -> [Submission] {
        batch.filter { submission in
            let backend = submission.id.key.backend
            guard stragglers[backend] != nil else { return true }
            stragglers[backend]?.passedOver = true
            return false
        }
    }

    /// A batch is dealt with: it is published up to here, but for these backends, from the given place on.
    mutating func advance(to last: LogOffset, except failed: [Backend: LogOffset], reading: Int) {
        guard reading == self.reading else { return }
        upTo = max(upTo, last)
        for (backend, from) in failed { fallBehind(backend, from: from) }
    }

    /// A backend's submissions from here on are to be published once more.
    mutating func fallBehind(_ backend: Backend, from: LogOffset) {
        stragglers[backend] = Straggler(from: min(from, stragglers[backend]?.from ?? from))
    }

    var behind: [Backend] { stragglers.keys.sorted { $0.rawValue < $1.rawValue } }

    /// Where to go on with a backend that is behind; nil: it is not.
    mutating func catchUp(_ backend: Backend) -> LogOffset? {
        stragglers[backend]?.passedOver = false
        return stragglers[backend]?.from
    }

    /// A backend that is behind is published up to here.
    mutating func catchUp(_ backend: Backend, to last: LogOffset, reading: Int) {
        guard reading == self.reading else { return }
        stragglers[backend]?.from = last + 1
    }

    /// Nothing more was found of a backend that is behind. It takes its turn again, unless some were passed over meanwhile.
    mutating func caughtUp(_ backend: Backend) {
        if stragglers[backend]?.passedOver == false { stragglers[backend] = nil }
    }

    /// Up to where every backend's submissions are published.
    var settled: LogOffset { stragglers.values.reduce(upTo) { min($0, $1.from - 1) } }
}
