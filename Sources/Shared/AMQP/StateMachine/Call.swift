/// A question to the broker that somebody waits for.
struct Call: Sendable {
    enum Kind: Sendable {
        case inspect(queue: String)
        case delete(queue: String)
        case declare(Topology)
    }

    let kind: Kind
    let deadline: ContinuousClock.Instant
    /// The channel it is being asked on.
    var channel: UInt16?
}
