import Core
import HTTPTypes
import Logging
import Program

/// Ends jobs because somebody asked for it. Their records stay and say why.
struct Cancellation: Sendable {
    let finder: JobFinder
    let appender: LogAppender
    let tails: LiveTails
    let logger: Logger

    /// A worker that does not give the output of a running job in this time does not hold up its end.
    private static let patienceForOutput: Duration = .seconds(2)

    /// - Throws: 404; 409 for a job that has ended; 503 where the log cannot be written.
    func cancel(_ key: JobKey, reason: String?) async throws(V2Failure) {
        let deadline = ContinuousClock.now + JobsAPI.patience
        var message = "cancelled"
        if let reason = reason?.forMessage(limit: 500), !reason.isEmpty { message += ": \(reason)" }
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw .unavailable("the job id changed hands too often") }
            let submission = try await finder.find(key).submission
            guard !submission.isFinal else {
                throw V2Failure(
                    .conflict, "The job \"\(key.job)\" has already ended (\(submission.report?.status.rawValue ?? ""))")
            }
            var report = StatusReport(
                status: .finishedWithError, message: message, timestamp: Timestamps.now(), cause: .cancelled)
            if submission.report?.status == .started, let placement = submission.placement {
                report.logs = await tails.fresh(of: submission.id, at: placement, within: Self.patienceForOutput)
            }
            let folded: Folded
            do throws(LogUnavailable) {
                folded = try await appender.append(.ended(submission.id, report), within: left)
            } catch {
                throw .unavailable(error.description)
            }
            if folded.outcome == .changed {
                logger.info("job cancelled", metadata: ["jid": "\(key.job)", "submission": "\(submission.id.label)"])
                return
            }
        }
    }
}
