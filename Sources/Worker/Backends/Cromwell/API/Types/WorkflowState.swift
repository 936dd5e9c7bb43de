import Core

/// The states of a workflow, in Cromwell's words.
enum WorkflowState: String, Sendable, Hashable, Decodable {
    case onHold = "On Hold"
    case submitted = "Submitted"
    case running = "Running"
    case aborting = "Aborting"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case aborted = "Aborted"

    /// The documented ones in which something is still to come, but for `On Hold`.
    static let active: [WorkflowState] = [.submitted, .running, .aborting]

    /// Whether nothing comes after it.
    var isTerminal: Bool { self == .succeeded || self == .failed || self == .aborted }

    var objectState: FoundObject.State {
        switch self {
        case .onHold: .held
        case .submitted, .running, .aborting: .running
        case .succeeded, .failed, .aborted: .ended
        }
    }
}
