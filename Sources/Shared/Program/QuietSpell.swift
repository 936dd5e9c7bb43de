import Threads

/// Tells when a consumer has heard nothing for so long that the broker may have forgotten it: seen with RabbitMQ 3.10 when a
/// node of three was killed, on connections that were well. Subscribing anew is harmless where it was only quiet.
public final class QuietSpell: Sendable {
    private let since = Locked(ContinuousClock.now)
    private let patience: Duration

    public init(patience: Duration) { self.patience = patience }

    /// Something came, or the consumer was registered.
    public func end(now: ContinuousClock.Instant = .now) { since.withLock { $0 = now } }

    /// Whether it has lasted too long; it begins anew then.
    public func isTooLong(now: ContinuousClock.Instant = .now) -> Bool {
        since.withLock { since in
            guard now - since >= patience else { return false }
            since = now
            return true
        }
    }
}
