import Logging

extension ConnectionStateMachine {
    /// The queue was deleted or its node lost; the channel lives but is of no use.
    mutating func cancelledByBroker(_ channel: UInt16, now: Instant) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .consumer(let id):
            return close(channel)
                + consumerInterrupted(id, reason: "the broker cancelled the consumer: queue deleted", now: now)
        case .requests:
            let error = PublishError.channelClosed(code: 404, text: "the broker cancelled the reply consumer")
            return close(channel) + requester.channelClosed(error) + (requester.isWanted ? openRequests() : [])
        default: return []
        }
    }

    /// A consumer lost its channel while the connection goes on: it comes back after a while.
    mutating func consumerInterrupted(_ id: UInt64, reason: String, now: Instant) -> [Action] {
        guard let slot = consumers[id] else { return [] }
        if slot.wish == .ended {
            consumers[id] = nil
            return slot.hasEnded ? [] : [.consumer(id, .ended)]
        }
        consumers[id]?.detach()
        if let delay = consumers[id]?.backoff.next() { consumers[id]?.retryAt = now + delay }
        let log = Action.log(
            .warning, "AMQP consumer interrupted", ["queue": "\(slot.options.queue)", "reason": "\(reason)"])
        return [log] + (slot.isAnnounced ? [.consumer(id, .interrupted(reason: reason))] : [])
    }

    /// The connection is lost: all come back with the next one.
    mutating func interruptConsumers(_ reason: String) -> [Action] {
        var actions: [Action] = []
        for (id, slot) in consumers.sorted(by: { $0.key < $1.key }) {
            if slot.wish == .ended {
                consumers[id] = nil
                if !slot.hasEnded { actions.append(.consumer(id, .ended)) }
                continue
            }
            consumers[id]?.detach()
            if slot.isAnnounced { actions.append(.consumer(id, .interrupted(reason: reason))) }
        }
        return actions
    }

    /// Those whose time has come subscribe again, after everything was declared again.
    mutating func retryConsumers(now: Instant) -> [Action] {
        guard isReady else { return [] }
        var isDue = false
        for (id, slot) in consumers {
            guard let retryAt = slot.retryAt, retryAt <= now else { continue }
            consumers[id]?.retryAt = nil
            consumers[id]?.phase = .awaitingTopology
            isDue = true
        }
        return isDue ? declareAgain() : []
    }

    mutating func startConsumersAwaitingTopology() -> [Action] {
        awaitingTopology.flatMap { startConsumer($0) }
    }

    mutating func delayConsumersAwaitingTopology(now: Instant) -> [Action] {
        for id in awaitingTopology {
            consumers[id]?.phase = .detached
            if let delay = consumers[id]?.backoff.next() { consumers[id]?.retryAt = now + delay }
        }
        return []
    }

    private var awaitingTopology: [UInt64] {
        consumers.filter { if case .awaitingTopology = $0.value.phase { true } else { false } }.keys.sorted()
    }
}
