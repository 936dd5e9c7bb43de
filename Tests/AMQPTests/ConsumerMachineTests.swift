import Testing

@testable import AMQP

@Suite struct ConsumerMachineTests {
    @Test func `A consumer has a channel of its own and hears of its registration first`() {
        var fixture = MachineFixture()
        let (id, early) = fixture.consume()
        #expect(early.isEmpty)
        let (channel, actions) = fixture.register(fixture.connect())
        #expect(actions.commands == ["consume \(channel) q as 1"])
        #expect(actions.signals.count == 1 && actions.signals[0].hasPrefix("registered"))
        #expect(fixture.machine.isRegistered(id))
        #expect(fixture.receive(fixture.delivery(channel, tag: 1, "a")).signals == ["delivered a"])
    }

    @Test func `Only what is outstanding is acknowledged`() throws {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (id, opening) = fixture.consume()
        let (channel, _) = fixture.register(opening)
        for tag in UInt64(1)...4 { _ = fixture.receive(fixture.delivery(channel, tag: tag)) }
        let generation = try #require(fixture.machine.consumers[id]?.generation)
        func settle(_ tag: UInt64, _ settlement: Settlement, generation: UInt64) -> [String] {
            fixture.machine.settle(id, generation: generation, tag: tag, settlement).commands
        }
        #expect(settle(2, .acknowledge(multiple: false), generation: generation) == ["ack \(channel) 2"])
        #expect(settle(2, .acknowledge(multiple: false), generation: generation).isEmpty)
        #expect(settle(2, .reject(requeue: true), generation: generation).isEmpty)
        #expect(settle(3, .acknowledge(multiple: true), generation: generation) == ["ack \(channel) 3 multiple"])
        #expect(settle(1, .acknowledge(multiple: false), generation: generation).isEmpty)
        #expect(settle(9, .acknowledge(multiple: true), generation: generation).isEmpty)
        #expect(settle(4, .reject(requeue: false), generation: generation - 1).isEmpty)
        #expect(settle(4, .reject(requeue: false), generation: generation) == ["reject \(channel) 4"])
    }

    @Test func `After a loss old deliveries are void and the consumer comes back`() throws {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (id, opening) = fixture.consume()
        let (channel, _) = fixture.register(opening)
        _ = fixture.receive(fixture.delivery(channel, tag: 1))
        let old = try #require(fixture.machine.consumers[id]?.generation)
        #expect(fixture.lose().signals == ["interrupted"])
        #expect(!fixture.machine.isCurrent(id, generation: old) && !fixture.machine.isRegistered(id))
        let (again, actions) = fixture.register(fixture.connect())
        #expect(actions.signals.count == 1)
        _ = fixture.receive(fixture.delivery(again, tag: 1))
        #expect(fixture.machine.settle(id, generation: old, tag: 1, .acknowledge(multiple: false)).isEmpty)
        let new = try #require(fixture.machine.consumers[id]?.generation)
        #expect(new > old)
        let settled = fixture.machine.settle(id, generation: new, tag: 1, .acknowledge(multiple: false))
        #expect(settled.commands == ["ack \(again) 1"])
    }

    @Test func `When the broker cancels it, the topology is declared again before it comes back`() {
        var fixture = MachineFixture(topology: Topology(queues: [QueueDeclaration(name: "q")]))
        _ = fixture.login()
        _ = fixture.receive(.channelOpened(channel: 1))
        fixture.openAll(fixture.receive(.declared(channel: 1, counts: nil)))
        let (_, opening) = fixture.consume()
        let (channel, _) = fixture.register(opening)
        let cancelled = fixture.receive(.cancelledByBroker(channel: channel))
        #expect(cancelled.signals == ["interrupted"])
        #expect(cancelled.commands == ["close \(channel)"])
        #expect(fixture.receive(fixture.delivery(channel, tag: 1)).isEmpty)
        #expect(fixture.advance(.milliseconds(10)).isEmpty)
        #expect(fixture.advance(.milliseconds(100)).commands == ["queue q"])
        let refused = fixture.receive(.channelClosed(channel: 1, code: 406, text: "other"))
        #expect(refused.signals.isEmpty)
        _ = fixture.receive(.channelOpened(channel: refused.openedChannels[0]))
        #expect(fixture.advance(.seconds(1)).commands == ["queue q"])
        let declared = fixture.receive(.declared(channel: refused.openedChannels[0], counts: nil))
        #expect(fixture.register(declared).actions.signals.first?.hasPrefix("registered") == true)
    }

    @Test func `A queue that is missing is tried again and again, later and later`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        var (_, actions) = fixture.consume()
        for _ in 0..<4 {
            let channel = actions.openedChannels[0]
            _ = fixture.receive(.channelOpened(channel: channel))
            _ = fixture.receive(.prefetchSet(channel: channel))
            let closed = fixture.receive(.channelClosed(channel: channel, code: 404, text: "no queue"))
            #expect(closed.signals.isEmpty)
            #expect(closed.commands == ["close-ok \(channel)"])
            actions = fixture.advance(.seconds(10))
            #expect(actions.openedChannels.count == 1)
        }
    }

    @Test func `Pausing and resuming may overtake the broker's answers`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (id, opening) = fixture.consume()
        let (channel, _) = fixture.register(opening)
        #expect(fixture.machine.setWish(id, .paused).commands == ["cancel \(channel) as 1"])
        #expect(fixture.machine.setWish(id, .running).isEmpty)
        #expect(fixture.machine.setWish(id, .paused).isEmpty)
        #expect(fixture.machine.setWish(id, .running).isEmpty)
        let resumed = fixture.receive(.consumingEnded(channel: channel))
        #expect(resumed.commands == ["consume \(channel) q as 2"])
        #expect(!fixture.machine.isRegistered(id))
        #expect(fixture.receive(.consuming(channel: channel)).signals.isEmpty)
        #expect(fixture.machine.isRegistered(id))
    }

    @Test func `A cancelled consumer keeps its channel until everything is settled`() throws {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (id, opening) = fixture.consume()
        let (channel, _) = fixture.register(opening)
        _ = fixture.receive(fixture.delivery(channel, tag: 1))
        let generation = try #require(fixture.machine.consumers[id]?.generation)
        #expect(fixture.machine.setWish(id, .ended).commands == ["cancel \(channel) as 1"])
        let ended = fixture.receive(.consumingEnded(channel: channel))
        #expect(ended.signals == ["ended"] && ended.commands.isEmpty)
        let settled = fixture.machine.settle(id, generation: generation, tag: 1, .acknowledge(multiple: false))
        #expect(settled.commands == ["ack \(channel) 1", "close \(channel)"])
        #expect(settled.signals.isEmpty && fixture.machine.consumers.isEmpty)
        #expect(fixture.receive(.channelCloseConfirmed(channel: channel)).isEmpty)
        #expect(fixture.consume().actions.openedChannels == [channel])
    }
}
