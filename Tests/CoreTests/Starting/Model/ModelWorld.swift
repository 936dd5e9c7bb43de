/// What a model has in it, and which rules of starting it obeys.
struct ModelWorld: Sendable {
    /// Each task works for one engine: a worker's handling of a run command or of a control command.
    var engineOfTask: [Int]
    /// Each place for an object belongs to one engine. As long as the rules hold, no engine needs more than it has
    /// tasks: what exists is taken over, and what is withdrawn is never needed again.
    var engineOfObject: [Int]
    /// How many crashes, lost deliveries and lost answers there may be, in any places.
    var faults: Int
    /// Whether the dispatcher may end the job at any moment, as for an engine that is said to be lost.
    var mayEnd = false
    /// The rule that is dropped, to see that it is needed.
    var without: ModelRule?
}

/// Rules of starting, each of which the model can drop.
enum ModelRule: String, Sendable, CaseIterable {
    case startByNameNotByID = "start by the attempt's own name, not by id"
    case inspectAfterRename = "inspect after the rename"
    case renameBeforeInspect = "rename before the inspection"
    case neverReuseNames = "a fresh name at every rename"
    case renameWhatWasFound = "rename what was found by its label"
    case neverRepeatAStart = "never repeat a start whose outcome is unknown"
    case answerByTheFold = "answer by the fold at the question's own entry"
    case withdrawOnlyOnNo = "withdraw only when the fold says no"
    case takeOverFromTheSilent = "send a start for what is placed and not started"
    case removeByTheLog = "remove what a deletion left"
}
