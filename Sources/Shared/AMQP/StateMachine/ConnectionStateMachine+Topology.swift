import Logging

extension ConnectionStateMachine {
    mutating func openSetup() -> [Action] {
        topology.waiting.removeAll { $0 == .initial }
        topology.waiting.prepend([.initial])
        return openSetupChannel()
    }

    private mutating func openSetupChannel() -> [Action] {
        guard let (channel, actions) = open(.setup) else { return [] }
        topology.channel = channel
        topology.isOpen = false
        return actions
    }

    mutating func setupOpened() -> [Action] {
        topology.isOpen = true
        return runTopology()
    }

    /// Begins the next operation if none is running.
    mutating func runTopology() -> [Action] {
        guard topology.isOpen, topology.running == nil, topology.retryAt == nil, let channel = topology.channel,
            let operation = topology.waiting.popFirst()
        else { return [] }
        let wanted: Topology
        switch operation {
        case .initial, .again: wanted = topology.declared
        case .addition(let id):
            // Its caller may have given up.
            guard case .declare(let addition) = calls[id]?.kind else { return runTopology() }
            wanted = addition
        }
        topology.running = operation
        let steps = TopologyState.commands(for: wanted, on: channel)
        guard !steps.isEmpty else { return topologyFinished() }
        for step in steps { topology.expected.append(step.what) }
        return steps.map { .send($0.command) }
    }

    /// Something is declared, or inspected, or deleted.
    mutating func declared(_ channel: UInt16, counts: QueueCounts?) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .setup:
            _ = topology.expected.popFirst()
            return topology.expected.isEmpty ? topologyFinished() : []
        case .call(let id):
            guard calls.removeValue(forKey: id) != nil else { return close(channel) }
            return close(channel) + [.callFinished(id, .success(counts))] + finishIfDrained()
        default: return []
        }
    }

    private mutating func topologyFinished() -> [Action] {
        let operation = topology.running
        topology.running = nil
        topology.backoff.reset()
        var actions: [Action] = []
        switch operation {
        case .initial: actions = becomeReady()
        case .again: actions = startConsumersAwaitingTopology()
        case .addition(let id):
            if let call = calls.removeValue(forKey: id), case .declare(let addition) = call.kind {
                topology.declared.merge(addition)
                actions = [.callFinished(id, .success(nil))] + finishIfDrained()
            }
        case nil: break
        }
        return actions + runTopology()
    }

    /// The broker refused a declaration, which closes the channel that it was asked on and nothing else.
    mutating func setupClosed(_ error: PublishError, now: Instant) -> [Action] {
        let what = topology.expected.first ?? "channel"
        let operation = topology.running
        topology.running = nil
        topology.expected.removeAll()
        var reason = "\(what): \(error)"
        if let session { reason = "\(session.node): \(reason)" }
        var actions: [Action] = []
        switch operation {
        case .initial:
            failures += 1
            lastError = reason
            topology.waiting.prepend([.initial])
            topology.retryAt = now + topology.backoff.next()
            actions.append(.log(.error, "AMQP topology refused", ["reason": "\(reason)"]))
        case .again:
            actions.append(.log(.error, "AMQP topology refused", ["reason": "\(reason)"]))
            actions += delayConsumersAwaitingTopology(now: now)
        case .addition(let id):
            if calls.removeValue(forKey: id) != nil {
                actions.append(.callFinished(id, .failure(error)))
            }
        case nil: break
        }
        return actions + openSetupChannel() + finishIfDrained()
    }

    /// Asks for everything to be declared again, once for all who ask at the same time.
    mutating func declareAgain() -> [Action] {
        if !topology.waiting.elements.contains(.again) { topology.waiting.append(.again) }
        return runTopology()
    }
}
