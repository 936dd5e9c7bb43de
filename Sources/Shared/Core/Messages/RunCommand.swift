/// "Run this job": what travels on `run.<backend>` and its retry queues.
public struct RunCommand: Sendable, Hashable, Codable {
    public var version = 1
    public let submission: SubmissionID
    public let request: JobRequest
    /// Of the gateway that accepted the submission; nil where gateways have no signing key.
    public let signature: SubmissionSignature?
    /// How often starting it has failed.
    public var failures: Int
    /// How often it was put back because it did not fit the engine.
    public var putBack: Int
    /// Why it failed last.
    public var reason: String?

    /// Both counts are raised each time; no command lives long enough for more.
    private static let maximumCount = 1 << 31

    public init(
        submission: SubmissionID, request: JobRequest, signature: SubmissionSignature? = nil, failures: Int = 0,
        putBack: Int = 0, reason: String? = nil
    ) {
        self.submission = submission
        self.request = request
        self.signature = signature
        self.failures = failures
        self.putBack = putBack
        self.reason = reason
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        guard version <= MessageHead.known else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container, debugDescription: "must be \(MessageHead.known) at most")
        }
        submission = try container.decode(SubmissionID.self, forKey: .submission)
        request = try container.decode(JobRequest.self, forKey: .request).checked(isFor: submission)
        signature = try container.decodeIfPresent(SubmissionSignature.self, forKey: .signature)
        failures = try container.decode(Int.self, forKey: .failures)
        putBack = try container.decode(Int.self, forKey: .putBack)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        for (key, count) in [(CodingKeys.failures, failures), (.putBack, putBack)]
        where !(0...Self.maximumCount).contains(count) {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container, debugDescription: "must be from 0 to \(Self.maximumCount)")
        }
    }
}
