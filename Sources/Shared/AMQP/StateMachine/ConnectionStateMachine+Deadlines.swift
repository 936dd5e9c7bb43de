extension ConnectionStateMachine {
    /// Time has passed. Asked often, so it is cheap when nothing is due.
    mutating func tick(now: Instant) -> [Action] {
        guard phase != .closed else { return [] }
        if case .closing(let deadline) = phase, deadline <= now { return closeNow() }
        var actions = publisher.expire(now: now, lateness)
        actions += requester.expire(now: now)
        for id in calls.filter({ $0.value.deadline <= now }).keys.sorted() { actions += dropCall(id, lateness) }
        if let retryAt = topology.retryAt, retryAt <= now {
            topology.retryAt = nil
            actions += runTopology()
        }
        actions += retryConsumers(now: now)
        return actions.isEmpty ? [] : actions + finishIfDrained()
    }

    /// When `tick` has to be asked again; nil when nothing is due ever.
    var nextTimer: Instant? {
        var timers = [publisher.earliestDeadline, requester.earliestDeadline, topology.retryAt].compactMap { $0 }
        timers += calls.values.map(\.deadline)
        timers += consumers.values.compactMap(\.retryAt)
        if case .closing(let deadline) = phase { timers.append(deadline) }
        return timers.min()
    }

    /// Whether somebody waits for a deadline that must hold even while the connection's thread is stuck.
    var hasDeadlines: Bool {
        if case .closing = phase { return true }
        return !publisher.isEmpty || !requester.isEmpty || !calls.isEmpty
    }
}
