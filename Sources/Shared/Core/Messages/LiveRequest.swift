/// "Send the newest lines of output of this object": travels on `live.<engine>`, answered with `LiveTail`.
public struct LiveRequest: Sendable, Hashable, Codable {
    public var version = 1
    public let submission: SubmissionID
    public let object: ObjectID

    public init(submission: SubmissionID, object: ObjectID) {
        self.submission = submission
        self.object = object
    }
}

/// The newest lines of output of a running job.
public struct LiveTail: Sendable, Hashable, Codable {
    public var version = 1
    public let logs: String

    public init(logs: String) { self.logs = logs }
}
