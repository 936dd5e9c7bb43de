/// What the log says about one submission.
public struct Submission: Sendable, Hashable, Codable {
    public let id: SubmissionID
    public let request: JobRequest
    /// Of the gateway that accepted it; nil where gateways have no signing key.
    public var signature: SubmissionSignature?
    /// Which client of the gateway asked for it; nil where nobody says who they are.
    public var submitter: String?
    /// Where in the log it was submitted; the order in which it is dispatched.
    public let submittedAt: LogOffset
    /// When, by the clock of the gateway that wrote it; nil in records of older programs.
    public var submittedTime: String?
    public var placement: Placement?
    public var placedAt: LogOffset?
    public var report: StatusReport?
    /// When it was first said to run; nil when it was not, or in records of older programs.
    public var startedTime: String?
    /// Its engine has said something of the chosen object since that was allowed to start.
    public var startSeen = false
    /// The object of an ended job is gone from its engine.
    public var removed = false
    /// Ended by the dispatcher, so that what its engine still has of it is to be removed.
    public var ended = false
    /// It was given up, and an operator has seen that; nil, as in records of older programs: no.
    public var dismissed: Bool?

    public init(id: SubmissionID, request: JobRequest, submittedAt: LogOffset) {
        self.id = id
        self.request = request
        self.submittedAt = submittedAt
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(SubmissionID.self, forKey: .id)
        request = try container.decode(JobRequest.self, forKey: .request)
        signature = try container.decodeIfPresent(SubmissionSignature.self, forKey: .signature)
        submitter = try container.decodeIfPresent(String.self, forKey: .submitter)
        submittedAt = try container.decode(LogOffset.self, forKey: .submittedAt)
        submittedTime = try container.decodeIfPresent(String.self, forKey: .submittedTime)
        startedTime = try container.decodeIfPresent(String.self, forKey: .startedTime)
        placement = try container.decodeIfPresent(Placement.self, forKey: .placement)
        placedAt = try container.decodeIfPresent(LogOffset.self, forKey: .placedAt)
        report = try container.decodeIfPresent(StatusReport.self, forKey: .report)
        // Records that were written without it: an object was first heard of when it ran.
        startSeen =
            try container.decodeIfPresent(Bool.self, forKey: .startSeen)
            ?? (placement != nil && report?.status.rank ?? 0 > 0)
        removed = try container.decode(Bool.self, forKey: .removed)
        ended = try container.decode(Bool.self, forKey: .ended)
        dismissed = try container.decodeIfPresent(Bool.self, forKey: .dismissed)
    }

    public var isFinal: Bool { report?.status.isFinal ?? false }

    /// Given up because its command failed too often or could not be read, and nobody has settled that.
    public var isDeadLetter: Bool {
        ended && dismissed != true && (report?.cause == .gaveUp || report?.cause == .unreadable)
    }

    /// Still to be given to a worker.
    public var needsWorker: Bool { placement == nil && !isFinal }

    /// Allowed to start, but nothing has been heard of it since.
    public var awaitsStart: Bool { placement != nil && !startSeen && !isFinal }

    /// Its engine still has an object that nobody needs.
    public var awaitsRemoval: Bool { ended && placement != nil && !removed }
}

/// A position in the log. Rises from entry to entry, but not by one; never count with it.
public typealias LogOffset = Int64
