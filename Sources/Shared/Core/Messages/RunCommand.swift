/// "Run this job": what travels on `run.<backend>` and its retry queues.
public struct RunCommand: Sendable, Hashable, Codable {
    public var version = 1
    public let submission: SubmissionID
    public let request: JobRequest
    /// How often starting it has failed.
    public var failures: Int
    /// How often it was put back because it did not fit the engine.
    public var putBack: Int
    /// Why it failed last.
    public var reason: String?

    public init(
        submission: SubmissionID, request: JobRequest, failures: Int = 0, putBack: Int = 0, reason: String? = nil
    ) {
        self.submission = submission
        self.request = request
        self.failures = failures
        self.putBack = putBack
        self.reason = reason
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        submission = try container.decode(SubmissionID.self, forKey: .submission)
        request = try container.decode(JobRequest.self, forKey: .request).checked(isFor: submission)
        failures = try container.decode(Int.self, forKey: .failures)
        putBack = try container.decode(Int.self, forKey: .putBack)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
    }
}
