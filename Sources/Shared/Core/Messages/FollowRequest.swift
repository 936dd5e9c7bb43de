/// "Send the output of this object from its tail on, as it comes": travels on `live.<engine>`, answered with
/// `FollowUpdate`s to the queue that `reply_to` names.
public struct FollowRequest: Sendable, Hashable, Codable {
    /// The message's type.
    public static let kind = "follow"

    public var version = 1
    /// Names the stream in all that is said about it; never used before.
    public let stream: Nonce
    public let submission: SubmissionID
    public let object: ObjectID

    public init(stream: Nonce, submission: SubmissionID, object: ObjectID) {
        self.stream = stream
        self.submission = submission
        self.object = object
    }
}

/// What a gateway tells the worker that sends it a stream, on the queue that the worker named.
public struct FollowRenewal: Sendable, Hashable, Codable {
    /// The message's type.
    public static let kind = "renew"

    public var version = 1
    public let stream: Nonce
    /// How many bytes of text have come. The worker goes `FollowTerms.window` beyond that and no further.
    public let received: Int
    /// Nobody listens any more.
    public let stop: Bool

    public init(stream: Nonce, received: Int, stop: Bool = false) {
        self.stream = stream
        self.received = received
        self.stop = stop
    }
}

/// A piece of the output that a worker sends.
public struct FollowUpdate: Sendable, Hashable, Codable {
    /// The message's type.
    public static let kind = "output"

    public enum State: String, Sendable, Hashable, Codable {
        /// The stream goes on.
        case open
        /// The engine says that there will be no more.
        case finished
        /// There is no stream, or no longer; `reason` says why. It may be asked for again.
        case failed
    }

    public var version = 1
    public let stream: Nonce
    /// The queue on which the worker wants to hear of this stream.
    public let worker: String
    /// 0, 1, 2, … within a stream: a gap is a loss.
    public let sequence: Int
    /// Whole characters; empty when there is nothing new.
    public let text: String
    public let state: State
    public let reason: String?

    public init(
        stream: Nonce, worker: String, sequence: Int, text: String = "", state: State = .open, reason: String? = nil
    ) {
        self.stream = stream
        self.worker = worker
        self.sequence = sequence
        self.text = text
        self.state = state
        self.reason = reason
    }
}

/// What both sides of a followed stream keep to.
public enum FollowTerms {
    /// How many bytes may be on their way.
    public static let window = 512 << 10
    /// The longest text of one update, in bytes; a character may go beyond.
    public static let chunk = 64 << 10
    /// The gateway renews at least that often.
    public static let renewal: Duration = .seconds(3)
    /// A stream that was not renewed for so long is ended by the worker.
    public static let lease: Duration = .seconds(10)
    /// The worker answers each renewal, so one of which nothing came for so long is gone.
    public static let silence: Duration = .seconds(8)
}
