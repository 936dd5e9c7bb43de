/// A moment on the monotonic clock by which something must have happened.
public struct Deadline: Sendable {
    private let moment: ContinuousClock.Instant

    public init(within duration: Duration) { moment = .now + duration }

    public var hasPassed: Bool { .now >= moment }

    /// Never negative.
    public var remaining: Duration { max(.zero, moment - .now) }

    /// For poll(2): milliseconds, rounded up, so that a wait never ends just before the deadline.
    public var remainingMilliseconds: Int32 {
        let parts = remaining.components
        let milliseconds = parts.seconds * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: milliseconds)
    }
}
