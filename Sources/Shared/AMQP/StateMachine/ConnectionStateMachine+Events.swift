import Logging

extension ConnectionStateMachine {
    /// The broker said something.
    mutating func received(_ event: BrokerEvent, now: Instant) -> [Action] {
        guard session != nil else { return [] }
        session?.answers.received(event, now: now)
        switch event {
        case .channelOpened(let channel): return channelOpened(channel)
        case .channelClosed(let channel, let code, let text):
            return channelClosed(channel, code: code, text: text, now: now)
        case .channelCloseConfirmed(let channel):
            session?.channels.remove(channel)
            return []
        case .confirmsSelected(let channel): return confirmsSelected(channel)
        case .prefetchSet(let channel):
            guard case .consumer(let id) = session?.channels.role(of: channel) else { return [] }
            return prefetchSet(id)
        case .consuming(let channel): return consuming(channel)
        case .consumingEnded(let channel):
            guard case .consumer(let id) = session?.channels.role(of: channel) else { return [] }
            return consumingEnded(id)
        case .cancelledByBroker(let channel): return cancelledByBroker(channel, now: now)
        case .declared(let channel, let counts): return declared(channel, counts: counts)
        case .acknowledged(let channel, let tag, let multiple):
            return settled(channel, tag: tag, multiple: multiple, error: nil, now: now)
        case .refused(let channel, let tag, let multiple):
            return settled(channel, tag: tag, multiple: multiple, error: .nacked, now: now)
        case .returned(let channel, let code, let text, let message):
            switch session?.channels.role(of: channel) {
            case .publishing: publisher.returned(message, code: code, text: text)
            case .requests: return requester.returned(message, code: code, text: text) + finishIfDrained()
            default: break
            }
            return []
        case .delivered(let channel, let message): return delivered(channel, message)
        case .blocked(let reason):
            session?.blocked = reason
            return [.log(.warning, "AMQP broker takes no messages", ["reason": "\(reason)"])]
        case .unblocked:
            session?.blocked = nil
            session?.answers.excuse(now: now)
            publisher.excuse(now: now)
            return [.log(.info, "AMQP broker takes messages again", [:])]
        case .connectionClosed(let code, let text):
            let node = session?.node ?? ""
            return [
                .send(.confirmConnectionClose),
                .dropConnection(reason: "\(node): closed by the broker: \(code) \(text)"),
            ]
        }
    }

    private mutating func channelOpened(_ channel: UInt16) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .setup: return setupOpened()
        case .publishing: return [.send(.selectConfirms(channel))]
        case .sending:
            sender.isOpen = true
            return []
        case .requests: return [.send(.selectConfirms(channel))]
        case .consumer(let id): return consumerChannelOpened(id)
        case .call(let id): return callChannelOpened(id, channel: channel)
        case .closing, nil: return []
        }
    }

    private mutating func channelClosed(_ channel: UInt16, code: Int, text: String, now: Instant) -> [Action] {
        let role = session?.channels.role(of: channel)
        // When both sides close at once the broker still answers our close, so the number is not free yet.
        if role != .closing { session?.channels.remove(channel) }
        let answer: [Action] = [.send(.confirmChannelClose(channel))]
        let error = PublishError.channelClosed(code: code, text: text)
        switch role {
        case .setup: return answer + setupClosed(error, now: now)
        case .publishing: return answer + publisher.channelClosed(error) + openPublishing() + finishIfDrained()
        case .sending:
            sender.connectionLost()
            let log = Action.log(.warning, "AMQP message refused", ["reason": "\(error)"])
            return answer + [log] + openSending()
        case .requests:
            var actions = answer + requester.channelClosed(error)
            if requester.isWanted { actions += openRequests() }
            return actions + finishIfDrained()
        case .consumer(let id): return answer + consumerInterrupted(id, reason: "\(code) \(text)", now: now)
        case .call(let id): return answer + callRefused(id, code: code, text: text)
        case .closing, nil: return answer
        }
    }

    private mutating func confirmsSelected(_ channel: UInt16) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .publishing:
            publisher.isOpen = true
            return []
        case .requests:
            var options = ConsumerOptions(queue: Requester.replyQueue, prefetch: 0)
            options.automaticAcknowledgement = true
            return [.send(.consume(channel, options, tag: "replies"))]
        default: return []
        }
    }

    private mutating func consuming(_ channel: UInt16) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .requests:
            requester.isOpen = true
            return []
        case .consumer(let id): return consumingBegan(id)
        default: return []
        }
    }

    private mutating func settled(
        _ channel: UInt16, tag: UInt64, multiple: Bool, error: PublishError?, now: Instant
    ) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .publishing:
            let actions = publisher.settled(tag, multiple: multiple, error: error, now: now)
            return actions + (error == nil ? [] : renewPublishing(now: now)) + finishIfDrained()
        case .requests: return requester.settled(tag, multiple: multiple, error: error) + finishIfDrained()
        default: return []
        }
    }

    private mutating func delivered(_ channel: UInt16, _ message: IncomingMessage) -> [Action] {
        switch session?.channels.role(of: channel) {
        case .requests: return requester.replied(message.message) + finishIfDrained()
        case .consumer(let id): return consumerDelivered(id, message)
        default: return []
        }
    }
}
