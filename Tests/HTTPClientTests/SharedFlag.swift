import Threads

/// Raised once by one thread, seen by others.
final class SharedFlag: Sendable {
    private let raised = Locked(false)

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() {
        raised.withLock { $0 = true }
    }
}
