import Core
import Threads

/// Objects in the middle of whose start the engine went away, and those whose start it has not answered in time.
///
/// An engine that is only slow still carries out what it was asked. One that goes away after that may forget that it did.
final class LostStarts: Sendable {
    private struct State: Sendable {
        var unanswered: Set<ObjectID> = []
        var lost: Set<ObjectID> = []
    }

    private let state = Locked(State())

    func insert(_ object: ObjectID) { state.withLock { _ = $0.lost.insert(object) } }

    /// The engine has not answered in time, and may still do what it was asked.
    func insert(unanswered object: ObjectID) { state.withLock { _ = $0.unanswered.insert(object) } }

    /// The engine takes no connections, or has ended one that it keeps open while it lives.
    func engineWentAway() {
        state.withLock { state in
            state.lost.formUnion(state.unanswered)
            state.unanswered = []
        }
    }

    func remove(_ object: ObjectID) {
        state.withLock { state in
            state.unanswered.remove(object)
            state.lost.remove(object)
        }
    }

    func contains(_ object: ObjectID) -> Bool { state.withLock { $0.lost.contains(object) } }
}
