/// An event with what identifies it, as it stands in the log.
public struct LogEntry: Sendable, Hashable {
    /// Unique; the AMQP `message_id`. An entry that was published twice has the same one twice.
    public let id: String
    /// The log as its writer knew it. The first entry's names a new log.
    public let log: Nonce
    /// The writer's clock, for people; never compared.
    public let writtenAt: String
    public let event: Event
    /// Who wrote it, for people: `gateway HOST/SESSION` or `worker HOST/SESSION`. nil when an older program did.
    public let by: String?

    /// - Parameter by: kept on one line and cut after 200 characters.
    public init(id: String, log: Nonce, writtenAt: String, event: Event, by: String? = nil) {
        self.id = id
        self.log = log
        self.writtenAt = writtenAt
        self.event = event
        self.by = by?.forMessage
    }
}
