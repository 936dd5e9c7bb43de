/// What a client may do; each role may do what those before it may.
enum Role: String, Sendable, CaseIterable, Comparable {
    /// Sees jobs, output, queues, workers and metrics.
    case read
    /// Submits, cancels and deletes jobs.
    case submit
    /// Replays and drops dead letters.
    case operate

    static func < (left: Role, right: Role) -> Bool { left.place < right.place }

    private var place: Int {
        switch self {
        case .read: 0
        case .submit: 1
        case .operate: 2
        }
    }
}
