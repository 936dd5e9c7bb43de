import Logging

extension ConnectionStateMachine {
    mutating func openPublishing() -> [Action] {
        guard isReady, let (channel, actions) = open(.publishing) else { return [] }
        publisher.channel = channel
        return actions
    }

    /// Gives the channel up for another when a queue has refused everything on it for long. A quorum queue that had no leader
    /// when the first message came may do so for ever (seen with RabbitMQ 3.10 when a node of three was killed), and takes
    /// everything on the next channel.
    mutating func renewPublishing(now: Instant) -> [Action] {
        guard let queue = publisher.refusing(now: now), let channel = publisher.channel else { return [] }
        let log = Action.log(
            .warning, "a queue refuses every message: sending on another AMQP channel", ["queue": "\(queue)"])
        return [log] + close(channel) + publisher.connectionLost() + openPublishing()
    }

    mutating func openSending() -> [Action] {
        guard isReady, let (channel, actions) = open(.sending) else { return [] }
        sender.channel = channel
        return actions
    }

    mutating func openRequests() -> [Action] {
        guard isReady, requester.channel == nil, let (channel, actions) = open(.requests) else { return [] }
        requester.channel = channel
        return actions
    }

    mutating func publish(_ id: UInt64, _ outgoing: OutgoingMessage, deadline: Instant) -> [Action] {
        guard phase == .open else { return [.publishFinished(id, .closed)] }
        guard publisher.count < outboxLimit else { return [.publishFinished(id, .outboxFull)] }
        if let problem = outgoing.problem(frameMax: session?.frameMax) {
            return [.publishFinished(id, .tooLarge(problem))]
        }
        var outgoing = outgoing
        if outgoing.mandatory, outgoing.message.messageID == nil { outgoing.message.messageID = "\(identity)-\(id)" }
        publisher.add(id, outgoing, deadline: deadline)
        return []
    }

    mutating func cancelPublish(_ id: UInt64) -> [Action] {
        publisher.drop(id, .cancelled) + finishIfDrained()
    }

    mutating func send(_ outgoing: OutgoingMessage) -> [Action] {
        guard phase == .open, session?.blocked == nil, outgoing.problem(frameMax: session?.frameMax) == nil else {
            return []
        }
        sender.add(outgoing)
        return []
    }

    mutating func request(_ id: UInt64, _ outgoing: OutgoingMessage, deadline: Instant) -> [Action] {
        guard phase == .open else { return [.requestFinished(id, .failure(.closed))] }
        guard requester.count < outboxLimit else { return [.requestFinished(id, .failure(.outboxFull))] }
        if let problem = outgoing.problem(frameMax: session?.frameMax) {
            return [.requestFinished(id, .failure(.tooLarge(problem)))]
        }
        var outgoing = outgoing
        outgoing.message.replyTo = Requester.replyQueue
        outgoing.message.correlationID = "\(identity)-\(id)"
        requester.add(id, outgoing, deadline: deadline)
        return openRequests()
    }

    mutating func cancelRequest(_ id: UInt64) -> [Action] {
        requester.drop(id, .cancelled) + finishIfDrained()
    }

    /// The next messages to write, at most `limit`; none while the broker is blocked.
    mutating func nextMessages(limit: Int, now: Instant) -> [Action] {
        guard let session, session.isReady, session.blocked == nil else { return [] }
        var actions: [Action] = []
        while actions.count < limit {
            if let (channel, outgoing) = sender.next() {
                actions.append(.send(.publish(channel, outgoing)))
            } else if let (channel, outgoing) = requester.next(window: publishWindow) {
                actions.append(.send(.publish(channel, outgoing)))
            } else if let (channel, outgoing) = publisher.next(window: publishWindow, now: now) {
                actions.append(.send(.publish(channel, outgoing)))
            } else {
                break
            }
        }
        return actions
    }

    /// Whether `nextMessages` would give any.
    var hasMessages: Bool {
        guard let session, session.isReady, session.blocked == nil else { return false }
        return sender.hasNext || requester.hasNext(window: publishWindow) || publisher.hasNext(window: publishWindow)
    }
}
