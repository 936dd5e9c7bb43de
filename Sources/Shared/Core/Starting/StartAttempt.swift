/// How an object that the log has chosen is started at most once on an engine whose start re-runs what has exited.
///
/// A name belongs to one attempt. Only a name that this attempt gave (by creating the object, or by renaming it by id
/// *and then* seeing that it had never started) is used to start, and at most once. Whoever renames the object
/// overtakes everybody who still holds an older name: their start finds nothing.
///
/// The value does no I/O: it says what to do next and is told what came of it.
public struct StartAttempt: Sendable, Hashable {
    public enum Step: Sendable, Hashable {
        /// Rename the object, by its id, to a fresh name.
        case rename(ObjectID)
        /// Inspect the object, by its id.
        case inspect(ObjectID)
        /// Start by the name that this attempt gave last. Never by id, never twice.
        case start
        /// Nothing more to do.
        case done(Outcome)
    }

    public enum Outcome: Sendable, Hashable {
        /// It runs, or ran: report what it is.
        case started
        /// The object is gone or somebody else has renamed it: say nothing about the job.
        case overtaken
        /// The engine will never start it; the text is its own.
        case refused(String)
        /// It has not started and the engine's answers were unclear too often.
        case gaveUp(String)
    }

    public enum Inspection: Sendable, Hashable { case neverStarted, started, gone }

    public enum StartReply: Sendable, Hashable {
        case started
        /// No object of that name.
        case notFound
        /// The engine says that it cannot be started, and why.
        case refused(String)
        /// Nobody knows whether it started.
        case unclear(String)
        /// The engine went away in the middle of the start. An engine that was killed there may come back without any
        /// memory of it, so that what it then says of the object cannot be trusted to rule out that it ran.
        case lost(String)
    }

    private enum State: Sendable, Hashable { case named, mustRename, mustInspect, finished(Outcome) }

    private let object: ObjectID
    private var state: State
    private var remaining: Int
    private var lastTrouble = ""
    private var isDoubtful: Bool

    /// - Parameters:
    ///   - created: whether this attempt has just created the object under a fresh name.
    ///   - isDoubtful: whether an earlier start of this object was lost.
    ///   - tries: how often an unclear start is decided anew.
    public init(object: ObjectID, created: Bool, isDoubtful: Bool = false, tries: Int = 3) {
        self.object = object
        self.isDoubtful = isDoubtful
        state = created ? .named : .mustRename
        remaining = tries
    }

    public var next: Step {
        switch state {
        case .named: .start
        case .mustRename: .rename(object)
        case .mustInspect: .inspect(object)
        case .finished(let outcome): .done(outcome)
        }
    }

    /// - Parameter found: false when the engine knows no object of that id.
    public mutating func renamed(found: Bool) { state = found ? .mustInspect : .finished(.overtaken) }

    /// The engine went away after a start that it had not answered in time.
    public mutating func engineWentAway() { isDoubtful = true }

    public mutating func inspected(_ inspection: Inspection) {
        switch inspection {
        case .neverStarted where isDoubtful: state = .finished(.refused(Self.doubt))
        case .neverStarted: state = remaining > 0 ? .named : .finished(.gaveUp(lastTrouble))
        case .started: state = .finished(.started)
        case .gone: state = .finished(.overtaken)
        }
    }

    public mutating func startReplied(_ reply: StartReply) {
        remaining -= 1
        switch reply {
        case .started: state = .finished(.started)
        case .notFound: state = .finished(.overtaken)
        case .refused(let text): state = .finished(.refused(text))
        case .unclear(let text):
            lastTrouble = text
            state = .mustRename
        case .lost(let text):
            lastTrouble = text
            isDoubtful = true
            state = .mustRename
        }
    }

    /// Rather a job that ends with this than one that runs twice.
    public static let doubt =
        "the engine was interrupted in the middle of the start, and the job may have run: look at its output before "
        + "you submit it again"
}
