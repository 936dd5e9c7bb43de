import Core
import FoundationEssentials
import Program

extension SwarmEngine {
    /// Swarm waits for nodes that do not answer.
    private static let logLimit: Duration = .seconds(20)

    func report(on object: ObjectID) async throws(EngineTrouble) -> ObjectReport? {
        guard let service = try await inspect(object), let replicas = service.replicas else {
            watched.remove(object)
            return nil
        }
        let tasks: [SwarmTask]
        do throws(DockerError) {
            tasks = try await calls.listTasks(service: service.id)
        } catch .status(404, _) {
            watched.remove(object)
            return nil
        } catch {
            throw SwarmTrouble.general(error)
        }
        var slots = TaskSlots(tasks, replicas: replicas)
        try await addWhatNodesKnow(to: &slots)
        var report = slots.report
        if report.status.isFinal {
            if slots.hasContainer { report.logs = try await output(of: object) }
            watched.remove(object)
        } else if replicas > 0 {
            watched.insert(object)
        }
        return ObjectReport(isHeld: replicas == 0, status: report)
    }

    /// What tasks alone do not say: whether memory ran out (where the container is on this node), and whether a node
    /// is down.
    private func addWhatNodesKnow(to slots: inout TaskSlots) async throws(EngineTrouble) {
        for task in slots.newest where task.hasEnded && !task.containerID.isEmpty {
            do throws(DockerError) {
                slots.containers[task.id] = try await calls.inspectContainer(task.containerID).state
            } catch .status(404, _) {
                // It is on another node.
            } catch {
                throw SwarmTrouble.general(error)
            }
        }
        guard slots.newest.contains(where: \.isLeftAlone) else { return }
        let nodes = try await translate { () async throws(DockerError) in try await calls.listNodes() }
        for task in slots.newest where task.isLeftAlone {
            let node = nodes.first { $0.id == task.nodeID }
            guard node?.state != "ready" else { continue }
            slots.lost[task.id] = LostNode(
                hostname: node?.hostname ?? task.nodeID,
                isGivenUp: age(task.updatedAt).map { $0 > swarm.nodeLostAfter } ?? false)
        }
    }

    /// By the managers' clock.
    private func age(_ time: String) -> Duration? {
        Timestamps.parse(time).map { .seconds(calls.clock.now.timeIntervalSince($0)) }
    }

    func tail(of object: ObjectID) async throws(EngineTrouble) -> String? {
        guard let service = try await inspect(object), owner(of: service) != nil else { return nil }
        return try await output(of: object)
    }

    private func output(of object: ObjectID) async throws(EngineTrouble) -> String {
        try await settings.tail(
            of: streams.serviceLogs(object.text, tail: settings.tailLines, deadline: Self.logLimit))
    }
}
