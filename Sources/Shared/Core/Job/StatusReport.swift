/// What an engine, or the dispatcher, says about a job at one moment.
public struct StatusReport: Sendable, Hashable, Codable {
    public var status: JobStatus
    /// Begins with the word that the original would give (`running`, `exited`, …).
    public var message: String
    /// ISO 8601: when the job ended, else when it started; nil before that.
    public var timestamp: String?
    /// The exit status of the program, once it has one.
    public var exitCode: Int?
    /// The last lines of output; travels with a final status only.
    public var logs: String?
    /// Why, as a word for programs; nil where the status says all, or an older program wrote it.
    public var cause: ReportCause?
    /// Which attempt at starting the job this is about, beginning at 1.
    public var attempt: Int?

    public init(
        status: JobStatus, message: String, timestamp: String? = nil, exitCode: Int? = nil, logs: String? = nil,
        cause: ReportCause? = nil, attempt: Int? = nil
    ) {
        self.status = status
        self.message = message
        self.timestamp = timestamp
        self.exitCode = exitCode
        self.logs = logs
        self.cause = cause
        self.attempt = attempt
    }
}
