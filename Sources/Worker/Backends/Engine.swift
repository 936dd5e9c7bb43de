import Core

/// What a worker needs of a scheduler: hold an object, start it once, say what it is, remove it.
protocol Engine: Sendable {
    /// Whether the engine lets any number of jobs wait by itself. Where it does not, only its active worker takes
    /// commands, and only while there is room.
    var queuesByItself: Bool { get }

    /// Asks whether the engine answers.
    func ping() async throws(EngineTrouble)

    /// What the engine has for jobs.
    func capacity() async throws(EngineTrouble) -> Capacity

    /// The objects of a submission that are on the engine already.
    func find(_ submission: SubmissionID) async throws(EngineTrouble) -> [FoundObject]

    /// Makes an object that has been accepted and not started, under a name that was never used before.
    func hold(_ submission: SubmissionID, _ request: JobRequest) async throws(EngineTrouble) -> HeldObject

    /// Starts an object that the log has chosen, at most once.
    func start(_ object: HeldObject) async throws(EngineTrouble) -> StartAttempt.Outcome

    /// Removes an object by its id, running or not, if it carries this submission's label.
    /// - Returns: false when there is no such object (any more), or it is somebody else's.
    func remove(_ object: ObjectID, of submission: SubmissionID) async throws(EngineTrouble) -> Bool

    /// What an object is now, with its final output once it has ended; nil when the engine does not know it.
    func report(on object: ObjectID) async throws(EngineTrouble) -> ObjectReport?

    /// All objects of this installation.
    func list() async throws(EngineTrouble) -> [FoundObject]

    /// Hints that objects have changed, from now on until the engine's stream ends.
    func changes() async throws(EngineTrouble) -> AsyncThrowingStream<ObjectID, any Error>

    /// The newest output of an object; nil when the engine does not know it.
    func tail(of object: ObjectID) async throws(EngineTrouble) -> String?
}

/// An object on an engine that carries our labels.
struct FoundObject: Sendable, Hashable {
    let id: ObjectID
    let submission: SubmissionID
    let state: State
    let resources: Resources

    enum State: Sendable, Hashable { case held, running, ended }
}

/// What an object is at one moment.
struct ObjectReport: Sendable, Hashable {
    /// Nobody has asked the engine to start it yet, so there is nothing to tell of its job.
    var isHeld = false
    var status: StatusReport
}

/// An object that waits to be started.
struct HeldObject: Sendable, Hashable {
    let id: ObjectID
    /// The name under which this attempt has just created it; nil when it was found, or is taken over.
    let name: String?
}

/// What an engine has for jobs; nil where it does not say.
struct Capacity: Sendable, Hashable {
    var cpuMillicores: Int?
    var memoryMebibytes: Int?
}

/// Why an engine could not do something.
enum EngineTrouble: Error, Equatable, Sendable, CustomStringConvertible {
    /// It never will: the job ends with this message.
    case permanent(String)
    /// It may later.
    case transient(String)
    /// It may in a moment; a client is better told soon than kept waiting for long.
    case shortlyTransient(String)
    /// It is being prepared (an image is pulled); come back soon. The text is for the job's message.
    case preparing(String)
    /// The engine does not answer.
    case away(String)

    var description: String {
        switch self {
        case .permanent(let text), .transient(let text), .shortlyTransient(let text), .preparing(let text): text
        case .away(let text): "the engine does not answer: \(text)"
        }
    }
}
