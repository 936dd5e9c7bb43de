import Core
import Foundation
import Program

/// A job's place in the order of lists: after it the next page begins, whatever was added or deleted meanwhile.
struct JobCursor: Sendable, Equatable {
    /// In seconds since 1970; 0: unknown.
    let submittedAt: Int
    let offset: LogOffset
    let key: JobKey

    init(_ submission: Submission) {
        submittedAt = submission.submittedTime.flatMap(Timestamps.parse).map { Int($0.timeIntervalSince1970) } ?? 0
        offset = submission.submittedAt
        key = submission.id.key
    }

    /// - Throws: `InvalidValue` for what no page ended with.
    init(_ text: String) throws(InvalidValue) {
        let parts = text.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let submittedAt = Int(parts[0]), let offset = LogOffset(parts[1]),
            let backend = Backend(rawValue: String(parts[2])), let job = try? JobID(String(parts[3]))
        else { throw InvalidValue("must be \"next\" of an earlier page") }
        self.submittedAt = submittedAt
        self.offset = offset
        key = JobKey(backend: backend, job: job)
        guard self.text == text else { throw InvalidValue("must be \"next\" of an earlier page") }
    }

    var text: String { "\(submittedAt)-\(offset)-\(key.backend.rawValue)-\(key.job)" }
}
