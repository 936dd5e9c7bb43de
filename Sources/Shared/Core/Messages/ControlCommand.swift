/// What must reach the engine that has the job: travels on `control.<engine>`.
public struct ControlCommand: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The object was allowed to start and its worker has fallen silent: start it if it has not started.
        case start
        /// Remove the object.
        case remove
        /// Report what each object is; one that the engine does not know is gone.
        case check
        /// From a worker to itself: whoever receives it is the engine's active worker.
        case ping
    }

    /// An object that the command is about.
    public struct Subject: Sendable, Hashable, Codable {
        public let submission: SubmissionID
        public let object: ObjectID

        public init(submission: SubmissionID, object: ObjectID) {
            self.submission = submission
            self.object = object
        }
    }

    public var version = 1
    public let kind: Kind
    public let subjects: [Subject]
    /// Who pings.
    public let session: Nonce?
    /// Of a check: report only objects that are gone. Older workers report all.
    public let onlyGone: Bool?

    public init(kind: Kind, subjects: [Subject] = [], session: Nonce? = nil, onlyGone: Bool? = nil) {
        self.kind = kind
        self.subjects = subjects
        self.session = session
        self.onlyGone = onlyGone
    }
}
