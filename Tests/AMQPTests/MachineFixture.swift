@testable import AMQP

/// A state machine with a clock that stands still until it is moved, and a broker that is played by the test.
struct MachineFixture {
    var machine: ConnectionStateMachine
    var now = ContinuousClock.now
    private var lastID: UInt64 = 0

    init(topology: Topology = Topology(), window: Int = 100, outboxLimit: Int = 1000) {
        machine = ConnectionStateMachine(
            topology: topology, reconnectDelay: .milliseconds(100) ... .seconds(10), publishWindow: window,
            outboxLimit: outboxLimit, identity: "test")
    }

    /// Logs in; the topology is declared and publishing open.
    mutating func connect() -> [Action] {
        var actions = login()
        actions += receive(.channelOpened(channel: 1))
        actions += openAll(actions)
        return actions
    }

    mutating func login() -> [Action] {
        send(machine.connected(node: "h:1", frameMax: 131_072, channelMax: 100, now: now))
    }

    /// Answers each channel that was asked for, and the confirm mode.
    @discardableResult
    mutating func openAll(_ actions: [Action]) -> [Action] {
        var given: [Action] = []
        for case .send(.openChannel(let channel)) in actions where channel != 1 {
            given += receive(.channelOpened(channel: channel))
        }
        for case .send(.selectConfirms(let channel)) in given { given += receive(.confirmsSelected(channel: channel)) }
        return given
    }

    mutating func receive(_ event: BrokerEvent) -> [Action] { send(machine.received(event, now: now)) }

    /// Tells the machine that its commands were written.
    private mutating func send(_ actions: [Action]) -> [Action] {
        for case .send(let command) in actions { machine.sent(command, now: now) }
        return actions
    }

    mutating func lose() -> [Action] { machine.connectionLost("gone", now: now) }

    mutating func advance(_ duration: Duration) -> [Action] {
        now += duration
        return send(machine.tick(now: now))
    }

    mutating func publish(
        _ text: String, to routingKey: String = "q", timeout: Duration = .seconds(10)
    ) -> (id: UInt64, actions: [Action]) {
        lastID += 1
        let outgoing = OutgoingMessage(
            message: AMQPMessage(text), exchange: "", routingKey: routingKey, mandatory: true)
        return (lastID, machine.publish(lastID, outgoing, deadline: now + timeout))
    }

    mutating func request(_ text: String, timeout: Duration = .seconds(10)) -> (id: UInt64, actions: [Action]) {
        lastID += 1
        let outgoing = OutgoingMessage(message: AMQPMessage(text), exchange: "", routingKey: "q", mandatory: true)
        return (lastID, machine.request(lastID, outgoing, deadline: now + timeout))
    }

    mutating func consume(_ queue: String = "q") -> (id: UInt64, actions: [Action]) {
        lastID += 1
        return (lastID, send(machine.consume(lastID, ConsumerOptions(queue: queue, prefetch: 10))))
    }

    /// Goes on until the consumer is registered; returns its channel and everything that was to be done.
    mutating func register(_ actions: [Action]) -> (channel: UInt16, actions: [Action]) {
        guard let channel = actions.openedChannels.last else { return (0, []) }
        var given = receive(.channelOpened(channel: channel))
        given += receive(.prefetchSet(channel: channel))
        given += receive(.consuming(channel: channel))
        return (channel, given)
    }

    /// What the thread would write now.
    mutating func written(limit: Int = 1000) -> [String] {
        machine.nextMessages(limit: limit, now: now).published.map(\.message.text)
    }

    func delivery(_ channel: UInt16, tag: UInt64, _ text: String = "m") -> BrokerEvent {
        .delivered(
            channel: channel,
            IncomingMessage(tag: tag, redelivered: false, exchange: "", routingKey: "q", message: AMQPMessage(text)))
    }

    /// The channel that publishes: the first after the topology's.
    let publishing: UInt16 = 2
}

extension [Action] {
    var published: [OutgoingMessage] { publishedOn.map(\.1) }

    var publishedOn: [(UInt16, OutgoingMessage)] {
        compactMap { if case .send(.publish(let channel, let outgoing)) = $0 { (channel, outgoing) } else { nil } }
    }

    var openedChannels: [UInt16] {
        compactMap { if case .send(.openChannel(let channel)) = $0 { channel } else { nil } }
    }

    var dropReasons: [String] {
        compactMap { if case .dropConnection(let reason) = $0 { reason } else { nil } }
    }

    /// What was told to publishers: nil is a confirm.
    var outcomes: [UInt64: PublishError?] {
        reduce(into: [:]) { outcomes, action in
            if case .publishFinished(let id, let error) = action { outcomes[id] = .some(error) }
        }
    }

    /// What was told to requesters.
    var replies: [UInt64: Result<AMQPMessage?, PublishError>] {
        reduce(into: [:]) { replies, action in
            if case .requestFinished(let id, let result) = action { replies[id] = result }
        }
    }

    var callResults: [UInt64: Result<QueueCounts?, PublishError>] {
        reduce(into: [:]) { results, action in
            if case .callFinished(let id, let result) = action { results[id] = result }
        }
    }

    /// What consumers were told, in words.
    var signals: [String] {
        compactMap { action in
            guard case .consumer(_, let signal) = action else { return nil }
            return switch signal {
            case .registered(let generation): "registered \(generation)"
            case .delivered(let incoming, _): "delivered \(incoming.message.text)"
            case .interrupted: "interrupted"
            case .ended: "ended"
            }
        }
    }

    /// Commands in words, those that matter to a test.
    var commands: [String] {
        compactMap { action in
            guard case .send(let command) = action else { return nil }
            return switch command {
            case .acknowledge(let channel, let tag, let multiple): "ack \(channel) \(tag)\(multiple ? " multiple" : "")"
            case .reject(let channel, let tag, let requeue): "reject \(channel) \(tag)\(requeue ? " requeue" : "")"
            case .consume(let channel, let options, let tag): "consume \(channel) \(options.queue) as \(tag)"
            case .cancelConsuming(let channel, let tag): "cancel \(channel) as \(tag)"
            case .closeChannel(let channel): "close \(channel)"
            case .confirmChannelClose(let channel): "close-ok \(channel)"
            case .declareExchange(_, let exchange): "exchange \(exchange.name)"
            case .declareQueue(_, let queue): "queue \(queue.name)"
            case .bind(_, let binding): "bind \(binding.queue)"
            case .inspectQueue(let channel, let name): "inspect \(channel) \(name)"
            default: nil
            }
        }
    }
}
