import Core
import Threads

/// The submissions that this worker is placing right now.
final class InFlight: Sendable {
    private let submissions = Locked<Set<SubmissionID>>([])

    /// - Returns: false when this worker is at it already.
    func begin(_ submission: SubmissionID) -> Bool { submissions.withLock { $0.insert(submission).inserted } }
    func end(_ submission: SubmissionID) { submissions.withLock { _ = $0.remove(submission) } }
    var all: Set<SubmissionID> { submissions.withLock { $0 } }
    func contains(_ submission: SubmissionID) -> Bool { submissions.withLock { $0.contains(submission) } }
}
