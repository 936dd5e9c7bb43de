public import AMQP
public import Core

extension AMQPMessage {
    /// A message about a job, with the properties that every one of them has.
    /// - Parameter submission: nil when it is about none, or about several.
    public init(body: [UInt8], type: String, about submission: SubmissionID?) {
        self.init(body: body)
        self.type = type
        messageID = Nonce.random().text
        guard let submission else { return }
        correlationID = submission.key.job.text
        headers[TraceParent.header] = .string(TraceParent.make(for: submission))
    }

    /// An entry of the log.
    /// - Throws: `EncodingError`.
    public init(_ entry: LogEntry) throws {
        self.init(body: try entry.encoded(), type: entry.kind, about: entry.event.submission)
        messageID = entry.id
        correlationID = entry.event.key?.job.text
    }
}
