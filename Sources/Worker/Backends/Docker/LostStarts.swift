import Core
import Threads

/// Objects in the middle of whose start the engine went away.
final class LostStarts: Sendable {
    private let objects = Locked<Set<ObjectID>>([])

    func insert(_ object: ObjectID) { objects.withLock { _ = $0.insert(object) } }
    func remove(_ object: ObjectID) { objects.withLock { _ = $0.remove(object) } }
    func contains(_ object: ObjectID) -> Bool { objects.withLock { $0.contains(object) } }
}
