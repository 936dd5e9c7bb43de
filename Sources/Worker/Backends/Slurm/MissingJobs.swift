import Core
import Threads

/// Since when Slurm does not know objects whose script has begun and not ended. A controller that has just forgotten
/// a job may leave it running for some seconds more.
final class MissingJobs: Sendable {
    private let since = Locked<[ObjectID: ContinuousClock.Instant]>([:])
    static let patience: Duration = .seconds(30)

    /// Whether the object has been missing for so long that it will not come back.
    func isGone(_ object: ObjectID) -> Bool {
        since.withLock { since in
            if since.count > 10_000 { since.removeAll() }
            let first = since[object] ?? .now
            since[object] = first
            return ContinuousClock.now - first >= Self.patience
        }
    }

    func isBack(_ object: ObjectID) { since.withLock { $0[object] = nil } }
}
