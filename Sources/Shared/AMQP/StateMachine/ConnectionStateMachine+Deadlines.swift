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
        actions += leaveIfUnanswered(now: now)
        return actions.isEmpty ? [] : actions + finishIfDrained()
    }

    /// When `tick` has to be asked again; nil when nothing is due ever.
    var nextTimer: Instant? {
        var timers = [publisher.earliestDeadline, requester.earliestDeadline, topology.retryAt].compactMap { $0 }
        timers += calls.values.map(\.deadline)
        timers += consumers.values.compactMap(\.retryAt)
        if case .closing(let deadline) = phase { timers.append(deadline) }
        if let unanswered { timers.append(unanswered.since + patience) }
        return timers.min()
    }

    /// Whether somebody waits for a deadline that must hold even while the connection's thread is stuck.
    var hasDeadlines: Bool {
        if case .closing = phase { return true }
        return !publisher.isEmpty || !requester.isEmpty || !calls.isEmpty
    }

    /// What the broker owes longest; nothing while it reads nothing by intention.
    private var unanswered: (question: String, since: Instant)? {
        guard let session, session.blocked == nil else { return nil }
        return [session.answers.oldest, publisher.oldest].compactMap { $0 }.min { $0.since < $1.since }
    }

    /// RabbitMQ 3.10 was seen never to answer, on a connection that was well, when a node of three was killed: a channel
    /// that asks before a queue has its new leader asks the dead one for ever. On another connection it finds the new one.
    private mutating func leaveIfUnanswered(now: Instant) -> [Action] {
        guard let session, session.isReady || session.answers.oldest != nil else { return [] }
        guard let unanswered else {
            if session.blocked == nil { patience = Self.leastPatience }
            return []
        }
        guard unanswered.since + patience <= now else { return [] }
        let waited = patience.components.seconds
        patience = min(patience * 2, Self.greatestPatience)
        return [.dropConnection(reason: "\(session.node): no answer for \(waited) s: \(unanswered.question)")]
    }
}
