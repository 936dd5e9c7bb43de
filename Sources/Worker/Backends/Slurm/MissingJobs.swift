import Core
import Threads

/// Since when Slurm does not know objects that it should know.
///
/// A controller that has just forgotten a job may leave it running for some seconds more. And it gives the numbers of
/// jobs that it forgot to new ones: a node that still runs the old one then drains itself.
final class MissingJobs: Sendable {
    private let since = Locked<[ObjectID: ContinuousClock.Instant]>([:])
    /// For one whose script has begun.
    static let patience: Duration = .seconds(30)
    /// Before one that never began is submitted again.
    static let patienceBeforeSubmission: Duration = .seconds(10)

    /// Whether the object has been missing for as long as that.
    func isMissing(_ object: ObjectID, for patience: Duration) -> Bool {
        since.withLock { since in
            if since.count > 10_000 { since.removeAll() }
            let first = since[object] ?? .now
            since[object] = first
            return ContinuousClock.now - first >= patience
        }
    }

    func isBack(_ object: ObjectID) { since.withLock { $0[object] = nil } }

    /// What shall be looked at again.
    var all: [ObjectID] { since.withLock { Array($0.keys) } }
}
