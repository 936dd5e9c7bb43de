import Core
import FoundationEssentials
import Threads

extension SwarmEngine {
    /// Swarm has no events for tasks. One poll asks for the active tasks of all jobs at once; the events of services, and
    /// of the containers on this node, only make the next poll come sooner.
    func changes() async throws(EngineTrouble) -> AsyncThrowingStream<ObjectID, any Error> {
        watched.removeAll()
        let hurry = Hurry()
        let events = streams.events(sinceNanoseconds: nil, types: ["service", "container"], labels: [])
        return .running { hints in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await event in events where Self.isHint(event) { hurry.ring() }
                }
                group.addTask {
                    while true {
                        for id in try await self.changed() { hints.yield(id) }
                        try await hurry.wait(isIdle: self.watched.isEmpty)
                    }
                }
                defer { group.cancelAll() }
                do { try await group.next() } catch {
                    throw (error as? DockerError).map(SwarmTrouble.general) ?? error
                }
            }
        }
    }

    private func changed() async throws(EngineTrouble) -> [ObjectID] {
        let tasks = try await translate { () async throws(DockerError) in
            try await calls.listTasks(labels: installationLabel, onlyActive: true)
        }
        return watched.compare(tasks, at: .now)
    }

    private static func isHint(_ event: DockerEvent) -> Bool {
        switch event.type {
        case "service": true
        case "container":
            event.attributes[serviceAttribute] != nil && event.attributes[JobLabels.submission] != nil
                && ["start", "die", "destroy", "oom"].contains(event.action)
        default: false
        }
    }
}

/// How long to wait until the next poll.
final class Hurry: Sendable {
    private static let usual: Duration = .seconds(1)
    /// While no job is known that could change; one that another worker starts rings.
    private static let idle: Duration = .seconds(5)
    /// After an event, because what it announces reaches the managers a moment later.
    private static let soon: Duration = .milliseconds(200)
    private static let hurryTime: Duration = .seconds(1)

    private let until = Locked<ContinuousClock.Instant?>(nil)

    func ring() { until.withLock { $0 = .now + Self.hurryTime } }

    func wait(isIdle: Bool) async throws {
        let end = ContinuousClock.now + (isIdle ? Self.idle : Self.usual)
        repeat {
            try await Task.sleep(for: Self.soon)
            if let until = until.withLock({ $0 }), until > .now { return }
        } while .now < end
    }
}
