import Logging

extension ConnectionStateMachine {
    /// Logged in: the topology comes first.
    mutating func connected(node: String, frameMax: Int, channelMax: UInt16, now: Instant) -> [Action] {
        guard phase != .closed else { return [] }
        session = Session(
            generation: nextGeneration(), node: node, frameMax: frameMax, since: now,
            channels: ChannelTable(maximum: channelMax))
        return publisher.expel(frameMax: frameMax) + requester.expel(frameMax: frameMax) + openSetup()
    }

    mutating func connectFailed(_ reason: String) -> [Action] {
        guard phase != .closed else { return [] }
        failures += 1
        lastError = reason
        return [.log(.warning, "AMQP connection failed", ["reason": "\(reason)", "attempt": "\(failures)"])]
    }

    /// The socket is gone: unconfirmed messages are sent again on the next one, before all others.
    mutating func connectionLost(_ reason: String, now: Instant) -> [Action] {
        guard let lost = session else { return [] }
        session = nil
        lastError = reason
        // A broker that lets us in and throws us out at once must not be hammered.
        if lost.isReady, now - lost.since > delays.upperBound { reconnect.reset() }
        var actions: [Action] = []
        // While it is being closed, its end is what was wanted.
        if phase != .closed {
            let level: Logger.Level = phase == .open ? .warning : .debug
            actions.append(.log(level, "AMQP connection lost", ["node": "\(lost.node)", "reason": "\(reason)"]))
        }
        actions += topology.connectionLost()
        actions += publisher.connectionLost()
        sender.connectionLost()
        actions += requester.connectionLost()
        for id in calls.keys { calls[id]?.channel = nil }
        actions += interruptConsumers(reason)
        return actions + finishIfDrained()
    }

    /// The topology is declared: everything that waited may go.
    mutating func becomeReady() -> [Action] {
        session?.isReady = true
        failures = 0
        lastError = nil
        guard let session else { return [] }
        var actions: [Action] = [
            .log(.info, "AMQP connected", ["node": "\(session.node)", "generation": "\(session.generation)"])
        ]
        actions += openPublishing()
        actions += openSending()
        if requester.isWanted { actions += openRequests() }
        for id in consumers.keys.sorted() { actions += startConsumer(id) }
        for id in calls.keys.sorted() { actions += startCall(id) }
        return actions
    }

    /// No new work; what is outstanding has until the deadline.
    mutating func beginClosing(deadline: Instant) -> [Action] {
        guard phase == .open else { return [] }
        phase = .closing(deadline: deadline)
        return finishIfDrained()
    }

    /// Ends everything at once.
    mutating func closeNow() -> [Action] {
        guard phase != .closed else { return [] }
        phase = .closed
        var actions = publisher.failAll(.closed)
        actions += requester.failAll(.closed)
        actions += calls.keys.sorted().map { .callFinished($0, .failure(.closed)) }
        calls = [:]
        actions += consumers.keys.sorted().map { .consumer($0, .ended) }
        consumers = [:]
        session = nil
        return actions + [.finish]
    }

    func finishIfDrained() -> [Action] {
        guard case .closing = phase, publisher.isEmpty, requester.isEmpty, calls.isEmpty else { return [] }
        return [.finish]
    }
}
