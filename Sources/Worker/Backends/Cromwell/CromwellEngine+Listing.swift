import Core
import FoundationEssentials
import Logging

extension CromwellEngine {
    func find(_ submission: SubmissionID) async throws(EngineTrouble) -> [FoundObject] {
        let summaries = try await translate { () async throws(CromwellError) in
            try await client.query(labels: [
                CromwellLabels.query(installation: installation), CromwellLabels.query(submission),
            ])
        }
        return summaries.compactMap(found).filter { $0.submission == submission }
    }

    /// What has not ended, and what was submitted lately: Cromwell keeps all that ever ended.
    func list() async throws(EngineTrouble) -> [FoundObject] {
        let labels = [CromwellLabels.query(installation: installation)]
        let (active, recent) = try await translate { () async throws(CromwellError) in
            (
                try await client.query(labels: labels, statuses: WorkflowState.active),
                try await client.query(
                    labels: labels, submittedSince: client.clock.now.addingTimeInterval(-Self.listedTime))
            )
        }
        let all = Dictionary((active + recent).map { ($0.id, $0) }) { $1 }
        return all.values.compactMap(found)
    }

    /// Two days: who asks about held ones that nobody placed does so within minutes.
    private static let listedTime: TimeInterval = 172_800

    private func found(_ summary: WorkflowSummary) -> FoundObject? {
        guard let state = summary.state, let id = try? ObjectID(summary.id), let owner = owner(summary.labels) else {
            return nil
        }
        return FoundObject(
            id: id, submission: owner.submission, state: state.objectState, resources: owner.resources)
    }

    func changes() async throws(EngineTrouble) -> AsyncThrowingStream<ObjectID, any Error> {
        let first = try await poll()
        return .running(kept: 50_000) { hints in
            var changed = first
            while !Task.isCancelled {
                for id in changed { hints.yield(id) }
                try await Task.sleep(for: settings.pollInterval)
                changed = try await poll()
            }
        }
    }

    /// Asks once about all workflows: those that have not ended, and, for those that came and went since the last time,
    /// those that began lately.
    private func poll() async throws(EngineTrouble) -> Set<ObjectID> {
        let labels = [CromwellLabels.query(installation: installation)]
        let now = client.clock.now
        let (active, recent) = try await translate { () async throws(CromwellError) in
            (
                try await client.query(labels: labels, statuses: WorkflowState.active),
                try await client.query(labels: labels, startedSince: now.addingTimeInterval(-Self.recentTime))
            )
        }
        var states: [ObjectID: WorkflowState] = [:]
        for summary in active where owner(summary.labels) != nil {
            if let id = try? ObjectID(summary.id), let state = summary.state { states[id] = state }
        }
        let ended = recent.filter { owner($0.labels) != nil }.compactMap { try? ObjectID($0.id) }
        let overdue = try await endOverdue(active, now: client.clock.now)
        return table.take(active: states, recent: Set(ended)).union(overdue)
    }

    /// Also when Cromwell has not yet said what its clock shows, and ours differs by a few minutes.
    private static let recentTime: TimeInterval = 900

    /// Ends what has outlived its time limit by far.
    private func endOverdue(_ active: [WorkflowSummary], now: Date) async throws(EngineTrouble) -> Set<ObjectID> {
        var overdue: Set<ObjectID> = []
        for summary in active where watch.isOverdue(summary.start, now: now) {
            guard let id = try? ObjectID(summary.id), let owner = owner(summary.labels) else { continue }
            if summary.state == .running {
                logger.warning(
                    "a job is ended long after its time limit",
                    metadata: ["jid": "\(owner.submission.key.job)", "workflow": "\(id)"])
                try await abort(id)
            }
            table.reconsider(id)
            overdue.insert(id)
        }
        return overdue
    }
}
