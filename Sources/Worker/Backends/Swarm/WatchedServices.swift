import Core
import Threads

/// The services that may still change, with what the last poll saw of their tasks.
final class WatchedServices: Sendable {
    /// What of a service's tasks is compared from poll to poll.
    typealias Glimpse = [TaskGlimpse]

    private struct Entry: Sendable {
        /// nil: no poll has seen it since it was reported on.
        var glimpse: Glimpse?
        var announcedAt: ContinuousClock.Instant?
    }

    private let services = Locked<[ObjectID: Entry]>([:])
    /// How often a service is announced that has not ended and yet has no active task: its node is down, mostly.
    private static let reminder: Duration = .seconds(15)

    /// A service that was reported on and has not ended.
    func insert(_ id: ObjectID) { services.withLock { if $0[id] == nil { $0[id] = Entry() } } }

    func remove(_ id: ObjectID) { services.withLock { _ = $0.removeValue(forKey: id) } }

    func removeAll() { services.withLock { $0 = [:] } }

    var isEmpty: Bool { services.withLock { $0.isEmpty } }

    /// Takes the active tasks of all services, and says which services are not what they were.
    func compare(_ tasks: [SwarmTask], at now: ContinuousClock.Instant) -> [ObjectID] {
        var seen: [ObjectID: Glimpse] = [:]
        for task in tasks {
            if let id = try? ObjectID(task.serviceID) { seen[id, default: []].append(TaskGlimpse(task)) }
        }
        return services.withLock { services in
            var changed: [ObjectID] = []
            for (id, glimpse) in seen {
                let glimpse = glimpse.sorted { $0.id < $1.id }
                guard services[id]?.glimpse != glimpse else { continue }
                services[id] = Entry(glimpse: glimpse, announcedAt: now)
                changed.append(id)
            }
            for (id, entry) in services where seen[id] == nil {
                if entry.glimpse == [], let at = entry.announcedAt, now - at < Self.reminder { continue }
                services[id] = Entry(glimpse: [], announcedAt: now)
                changed.append(id)
            }
            return changed
        }
    }
}

/// What of a task matters for its job's status and message.
struct TaskGlimpse: Sendable, Hashable {
    let id: String
    let state: SwarmTask.State
    let error: String
    let desiredState: String

    init(_ task: SwarmTask) {
        id = task.id
        state = task.state
        error = task.error
        desiredState = task.desiredState
    }
}
