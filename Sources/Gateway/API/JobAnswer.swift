import Core

/// A job as pman's API shows it.
struct JobAnswer: Encodable, Sendable, Equatable {
    let jid: String
    let image: String
    let cmd: String
    let status: JobStatus
    let message: String
    let timestamp: String
    let logs: String

    /// - Parameters:
    ///   - liveLogs: the newest output known of a job that has no final status.
    ///   - waiting: why it has not started, when the workers know better than the log.
    init(_ submission: Submission, liveLogs: String = "", waiting: String? = nil) {
        let backend = submission.id.key.backend
        let report = submission.report
        jid = submission.id.key.job.text
        image = submission.request.image.text
        cmd = ShellQuoting.join(submission.request.command, quoted: backend.quotesCommand)
        status = report?.status ?? .notstarted
        message = waiting ?? report?.message ?? (submission.placement == nil ? "queued" : "created")
        timestamp = report?.timestamp ?? backend.timestampBeforeStart
        logs = submission.isFinal ? report?.logs ?? "" : liveLogs
    }
}
