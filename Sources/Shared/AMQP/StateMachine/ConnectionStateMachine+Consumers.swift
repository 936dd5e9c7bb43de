import Logging

extension ConnectionStateMachine {
    mutating func consume(_ id: UInt64, _ options: ConsumerOptions) -> [Action] {
        guard phase == .open else { return [.consumer(id, .ended)] }
        consumers[id] = ConsumerSlot(options, backoff: Backoff(delays))
        return isReady ? startConsumer(id) : []
    }

    mutating func startConsumer(_ id: UInt64) -> [Action] {
        guard isReady, let slot = consumers[id], slot.channel == nil else { return [] }
        guard let (channel, actions) = open(.consumer(id)) else { return [] }
        let generation = nextGeneration()
        consumers[id]?.phase = .opening
        consumers[id]?.channel = channel
        consumers[id]?.generation = generation
        consumers[id]?.retryAt = nil
        return actions
    }

    mutating func consumerChannelOpened(_ id: UInt64) -> [Action] {
        guard let slot = consumers[id], let channel = slot.channel else { return [] }
        return [.send(.setPrefetch(channel, count: max(1, slot.options.prefetch)))]
    }

    mutating func prefetchSet(_ id: UInt64) -> [Action] {
        consumers[id]?.phase = .idle
        return reconcile(id)
    }

    mutating func consumingBegan(_ id: UInt64) -> [Action] {
        guard var slot = consumers[id] else { return [] }
        slot.phase = .active
        slot.backoff.reset()
        let isNews = !slot.isAnnounced
        slot.isAnnounced = true
        consumers[id] = slot
        let news: [Action] = isNews ? [.consumer(id, .registered(generation: slot.generation))] : []
        return news + reconcile(id)
    }

    mutating func consumingEnded(_ id: UInt64) -> [Action] {
        consumers[id]?.phase = .idle
        return reconcile(id)
    }

    mutating func consumerDelivered(_ id: UInt64, _ message: IncomingMessage) -> [Action] {
        guard let slot = consumers[id] else { return [] }
        if !slot.options.automaticAcknowledgement { consumers[id]?.unsettled.append(message.tag) }
        return [.consumer(id, .delivered(message, generation: slot.generation))]
    }

    /// The owner changed its mind.
    mutating func setWish(_ id: UInt64, _ wish: ConsumerSlot.Wish) -> [Action] {
        guard let slot = consumers[id], slot.wish != .ended else { return [] }
        consumers[id]?.wish = wish
        if wish == .ended, slot.channel == nil { return removeConsumer(id) }
        return reconcile(id)
    }

    /// One step from how it is towards how it is wanted.
    private mutating func reconcile(_ id: UInt64) -> [Action] {
        guard let slot = consumers[id], let channel = slot.channel else { return [] }
        switch (slot.phase, slot.wish) {
        case (.idle, .running):
            consumers[id]?.phase = .subscribing
            consumers[id]?.subscriptions += 1
            return [.send(.consume(channel, slot.options, tag: "\(slot.subscriptions + 1)"))]
        case (.active, .paused), (.active, .ended):
            consumers[id]?.phase = .cancelling
            return [.send(.cancelConsuming(channel, tag: "\(slot.subscriptions)"))]
        case (.idle, .ended):
            consumers[id]?.hasEnded = true
            let news: [Action] = slot.hasEnded ? [] : [.consumer(id, .ended)]
            guard slot.unsettled.isEmpty else { return news }
            return news + close(channel) + removeConsumer(id)
        default: return []
        }
    }

    private mutating func removeConsumer(_ id: UInt64) -> [Action] {
        guard let slot = consumers.removeValue(forKey: id), !slot.hasEnded else { return [] }
        return [.consumer(id, .ended)]
    }

    /// Settles deliveries; those of a lost channel and those settled already are nobody's business any more.
    mutating func settle(_ id: UInt64, generation: UInt64, tag: UInt64, _ settlement: Settlement) -> [Action] {
        guard let slot = consumers[id], slot.generation == generation, let channel = slot.channel else { return [] }
        let command: BrokerCommand
        switch settlement {
        case .acknowledge(multiple: true):
            guard let taken = consumers[id]?.unsettled.takeAll(through: tag), !taken.isEmpty else { return [] }
            command = .acknowledge(channel, tag: tag, multiple: true)
        case .acknowledge(multiple: false):
            guard consumers[id]?.unsettled.take(tag) != nil else { return [] }
            command = .acknowledge(channel, tag: tag, multiple: false)
        case .reject(let requeue):
            guard consumers[id]?.unsettled.take(tag) != nil else { return [] }
            command = .reject(channel, tag: tag, requeue: requeue)
        }
        return [.send(command)] + reconcile(id)
    }

    func isCurrent(_ id: UInt64, generation: UInt64) -> Bool {
        guard let slot = consumers[id] else { return false }
        return slot.generation == generation && slot.channel != nil
    }

    func isRegistered(_ id: UInt64) -> Bool {
        guard let slot = consumers[id], slot.wish == .running, case .active = slot.phase else { return false }
        return true
    }
}
