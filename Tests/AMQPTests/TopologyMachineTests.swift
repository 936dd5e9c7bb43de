import Testing

@testable import AMQP

@Suite struct TopologyMachineTests {
    private let topology = Topology(
        exchanges: [ExchangeDeclaration(name: "e", kind: "fanout")],
        queues: [QueueDeclaration(name: "q")], bindings: [Binding(queue: "q", exchange: "e")])

    @Test func `The topology comes first and in order`() {
        var fixture = MachineFixture(topology: topology)
        _ = fixture.publish("x")
        #expect(fixture.login().openedChannels == [1])
        #expect(fixture.receive(.channelOpened(channel: 1)).commands == ["exchange e", "queue q", "bind q"])
        #expect(fixture.receive(.declared(channel: 1, counts: nil)).isEmpty)
        #expect(fixture.receive(.declared(channel: 1, counts: nil)).isEmpty)
        #expect(fixture.machine.state == .connecting(attempt: 1, lastError: nil))
        let ready = fixture.receive(.declared(channel: 1, counts: nil))
        #expect(fixture.machine.state == .connected(generation: 1, node: "h:1"))
        fixture.openAll(ready)
        #expect(fixture.written() == ["x"])
    }

    @Test func `A refusal is kept as the last error and tried again later`() {
        var fixture = MachineFixture(topology: topology)
        _ = fixture.login()
        _ = fixture.receive(.channelOpened(channel: 1))
        _ = fixture.receive(.declared(channel: 1, counts: nil))
        let refused = fixture.receive(.channelClosed(channel: 1, code: 406, text: "inequivalent"))
        #expect(
            fixture.machine.state
                == .connecting(attempt: 2, lastError: "h:1: queue q: the broker refused: 406 inequivalent"))
        #expect(refused.openedChannels == [1])
        #expect(fixture.receive(.channelOpened(channel: 1)).isEmpty)
        #expect(fixture.advance(.seconds(1)).commands == ["exchange e", "queue q", "bind q"])
    }

    @Test func `An addition is declared now and from then on`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let addition = fixture.machine.call(900, .declare(topology), deadline: fixture.now + .seconds(1))
        #expect(addition.commands == ["exchange e", "queue q", "bind q"])
        for _ in 0..<2 { #expect(fixture.receive(.declared(channel: 1, counts: nil)).isEmpty) }
        #expect(fixture.receive(.declared(channel: 1, counts: nil)).callResults == [900: .success(nil)])
        _ = fixture.lose()
        _ = fixture.login()
        #expect(fixture.receive(.channelOpened(channel: 1)).commands == ["exchange e", "queue q", "bind q"])
    }

    @Test func `A refused addition is told and forgotten`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        _ = fixture.machine.call(900, .declare(topology), deadline: fixture.now + .seconds(1))
        let refused = fixture.receive(.channelClosed(channel: 1, code: 406, text: "no"))
        #expect(refused.callResults == [900: .failure(.channelClosed(code: 406, text: "no"))])
        #expect(fixture.machine.state == .connected(generation: 1, node: "h:1"))
        _ = fixture.lose()
        _ = fixture.login()
        #expect(fixture.receive(.channelOpened(channel: 1)).commands.isEmpty)
        #expect(fixture.machine.isReady)
    }

    @Test func `An inspection has a channel of its own, and a missing queue has no counts`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let opening = fixture.machine.call(900, .inspect(queue: "q"), deadline: fixture.now + .seconds(1))
        let channel = opening.openedChannels[0]
        #expect(fixture.receive(.channelOpened(channel: channel)).commands == ["inspect \(channel) q"])
        let counts = QueueCounts(ready: 3, consumers: 1)
        let answer = fixture.receive(.declared(channel: channel, counts: counts))
        #expect(answer.callResults == [900: .success(counts)])
        #expect(answer.commands == ["close \(channel)"])
        let other = fixture.machine.call(901, .inspect(queue: "x"), deadline: fixture.now + .seconds(1))
        let missing = fixture.receive(.channelClosed(channel: other.openedChannels[0], code: 404, text: "no"))
        #expect(missing.callResults == [901: .success(nil)])
        let late = fixture.machine.call(902, .inspect(queue: "x"), deadline: fixture.now + .seconds(1))
        let expired = fixture.advance(.seconds(1))
        #expect(expired.callResults == [902: .failure(.timedOut)])
        #expect(expired.commands == ["close \(late.openedChannels[0])"])
    }

    @Test func `What the broker says when it closes the connection is kept`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let actions = fixture.receive(.connectionClosed(code: 320, text: "CONNECTION_FORCED"))
        guard case .dropConnection(let reason) = actions.last else {
            Issue.record("the connection is kept")
            return
        }
        #expect(reason == "h:1: closed by the broker: 320 CONNECTION_FORCED")
        _ = fixture.machine.connectionLost(reason, now: fixture.now)
        #expect(fixture.machine.state == .connecting(attempt: 1, lastError: reason))
    }
}
