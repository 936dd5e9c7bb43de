import Core
import Threads

/// What this worker has seen of workflows lately, so that only those are asked about that changed.
final class WorkflowTable: Sendable {
    private struct State: Sendable {
        /// What the last query listed as not ended.
        var active: [ObjectID: WorkflowState] = [:]
        var polledAt: ContinuousClock.Instant?
        /// Not listed any more, or started here and not listed yet: asked about until their end is known.
        var unsettled: Set<ObjectID> = []
        /// The end was reported.
        var settled: Set<ObjectID> = []
        /// The last report of each that has not ended, with the state that it was made from.
        var reports: [ObjectID: (state: WorkflowState, report: StatusReport)] = [:]
        /// When Cromwell first said that it did not know it.
        var missing: [ObjectID: ContinuousClock.Instant] = [:]

        mutating func settle(_ id: ObjectID) {
            reports[id] = nil
            active[id] = nil
            unsettled.remove(id)
            settled.insert(id)
        }
    }

    private let state = Locked(State())
    /// How long Cromwell may not know what it accepted: its metadata come a little later.
    static let grace: Duration = .seconds(60)
    private static let maximumRemembered = 20_000

    /// Takes a query's answer.
    /// - Parameters:
    ///   - active: all that have not ended, without those on hold.
    ///   - recent: those that began to run lately, whatever they are now.
    /// - Returns: those to be looked at.
    func take(
        active: [ObjectID: WorkflowState], recent: Set<ObjectID>, now: ContinuousClock.Instant = .now
    ) -> Set<ObjectID> {
        state.withLock { state in
            var changed = Set(active.filter { state.active[$0.key] != $0.value }.keys)
            for id in state.active.keys where active[id] == nil { state.unsettled.insert(id) }
            for id in recent where active[id] == nil && !state.settled.contains(id) { changed.insert(id) }
            state.unsettled = state.unsettled.filter { active[$0] == nil && !state.settled.contains($0) }
            state.active = active
            state.polledAt = now
            state.reports = state.reports.filter { active[$0.key] != nil }
            if state.settled.count > Self.maximumRemembered { state.settled = state.settled.intersection(recent) }
            changed.formUnion(state.unsettled)
            return changed
        }
    }

    /// A workflow that was let go here: it is followed from now on, however short it is.
    func started(_ id: ObjectID) {
        state.withLock { state in
            state.reports[id] = nil
            state.active[id] = nil
            if !state.settled.contains(id) { state.unsettled.insert(id) }
        }
    }

    /// The last report, if the last query, no older than `age`, says that nothing has changed since.
    func unchanged(_ id: ObjectID, age: Duration, now: ContinuousClock.Instant = .now) -> StatusReport? {
        state.withLock { state in
            guard let polledAt = state.polledAt, now - polledAt <= age, let known = state.reports[id],
                state.active[id] == known.state
            else { return nil }
            return known.report
        }
    }

    func note(_ id: ObjectID, _ workflow: WorkflowState?, _ report: StatusReport) {
        state.withLock { state in
            state.missing[id] = nil
            if report.status.isFinal {
                state.settle(id)
            } else if let workflow, state.active[id] != nil {
                state.reports[id] = (workflow, report)
            }
        }
    }

    /// Cromwell said that it does not know it.
    /// - Returns: whether it has been saying so for longer than it may with what it has just accepted.
    func isGone(_ id: ObjectID, now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            if state.missing.count > Self.maximumRemembered { state.missing.removeAll() }
            let since = state.missing[id] ?? now
            state.missing[id] = since
            guard now - since >= Self.grace else { return false }
            state.settle(id)
            return true
        }
    }

    /// The last report no longer holds, though the state is the same.
    func reconsider(_ id: ObjectID) { state.withLock { $0.reports[id] = nil } }

    func forget(_ id: ObjectID) { state.withLock { $0.settle(id) } }
}
