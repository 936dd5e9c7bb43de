/// A promise that was broken, with what shows it.
struct Violation: Sendable, Hashable, CustomStringConvertible {
    enum Promise: String, Sendable, CaseIterable {
        case acceptedJobIsThere, statusNeverGoesBack, finalStatusStands, deletedIsGone, answersAreKnown
        case startedOnce, statusIsExitCode, everyJobEnds, nothingIsLeft, replicasAreEqual
    }

    let promise: Promise
    let job: String
    let what: String

    var description: String { "\(promise.rawValue): \(job): \(what)" }
}
