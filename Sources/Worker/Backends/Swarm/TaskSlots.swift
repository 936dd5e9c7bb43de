import Core

/// What a service's tasks together mean for its job.
struct TaskSlots: Sendable {
    /// Of each slot the newest task, by slot.
    let newest: [SwarmTask]
    /// How many slots there shall be.
    let replicas: Int
    /// By task: its container's state, where it could be seen.
    var containers: [String: ContainerState] = [:]
    /// By task: its node, when that is down.
    var lost: [String: LostNode] = [:]

    init(_ tasks: [SwarmTask], replicas: Int) {
        var slots: [Int: SwarmTask] = [:]
        for task in tasks {
            if let known = slots[task.slot], !task.isNewer(than: known) { continue }
            slots[task.slot] = task
        }
        newest = slots.values.sorted { $0.slot < $1.slot }
        self.replicas = max(replicas, 0)
    }

    var hasContainer: Bool { newest.contains { !$0.containerID.isEmpty } }

    var report: StatusReport {
        let reports = newest.map { StatusReport($0, container: containers[$0.id], lost: lost[$0.id]) }
        guard replicas > 0, let first = reports.first else {
            return StatusReport(status: .notstarted, message: "created")
        }
        if replicas == 1 { return first }
        let ended = reports.filter { $0.status.isFinal }
        guard ended.count >= replicas else {
            let isStarted = reports.contains { $0.status.rank > 0 }
            let shown = reports.first { $0.status == (isStarted ? .started : .notstarted) } ?? first
            var report = isStarted ? shown.status == .started ? shown : Self.started(first) : shown
            if isStarted { report.message += " (\(ended.count) of \(replicas) workers have ended)" }
            return report
        }
        let failed = ended.filter { $0.status == .finishedWithError }
        var report = failed.first ?? first
        report.timestamp = ended.compactMap(\.timestamp).max()
        if !failed.isEmpty { report.message += " (\(failed.count) of \(replicas) workers failed)" }
        return report
    }

    /// One worker has ended and the others have not begun.
    private static func started(_ ended: StatusReport) -> StatusReport {
        StatusReport(status: .started, message: "started", timestamp: ended.timestamp)
    }
}

/// A node that is down, with a task that ran there.
struct LostNode: Sendable, Equatable {
    var hostname: String
    /// For so long that its job is over.
    var isGivenUp: Bool
}
