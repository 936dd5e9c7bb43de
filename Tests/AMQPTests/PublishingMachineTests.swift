import Testing

@testable import AMQP

@Suite struct PublishingMachineTests {
    @Test func `The window bounds what is unconfirmed, and confirms open it`() {
        var fixture = MachineFixture(window: 3)
        _ = fixture.connect()
        let ids = (0..<5).map { fixture.publish("\($0)").id }
        #expect(fixture.written() == ["0", "1", "2"])
        #expect(fixture.written().isEmpty && !fixture.machine.hasMessages)
        let actions = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 2, multiple: true))
        #expect(actions.outcomes == [ids[0]: nil, ids[1]: nil])
        #expect(fixture.machine.hasMessages)
        #expect(fixture.written() == ["3", "4"])
        let single = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 4, multiple: false))
        #expect(single.outcomes == [ids[3]: nil])
        let rest = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 5, multiple: true))
        #expect(rest.outcomes == [ids[2]: nil, ids[4]: nil])
        #expect(fixture.receive(.acknowledged(channel: fixture.publishing, tag: 9, multiple: true)).isEmpty)
    }

    @Test func `A refusal fails what it names`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let ids = (0..<3).map { fixture.publish("\($0)").id }
        _ = fixture.written()
        let actions = fixture.receive(.refused(channel: fixture.publishing, tag: 2, multiple: false))
        #expect(actions.outcomes == [ids[1]: .nacked])
        let rest = fixture.receive(.refused(channel: fixture.publishing, tag: 3, multiple: true))
        #expect(rest.outcomes == [ids[0]: .nacked, ids[2]: .nacked])
    }

    /// RabbitMQ 3.10: a quorum queue whose leader is away when the first message comes on a channel refuses, on that channel, all
    /// that come after it as well.
    @Test func `A channel on which a queue refuses everything for long is given up for another`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let outstanding = fixture.publish("kept", to: "good").id
        _ = fixture.written()
        for (tag, second) in zip(2..., [0, 4, 8]) {
            let refused = fixture.publish("\(second)", to: "bad").id
            _ = fixture.written()
            let actions = fixture.receive(.refused(channel: fixture.publishing, tag: UInt64(tag), multiple: false))
            #expect(actions.outcomes == [refused: .nacked] && actions.commands.isEmpty)
            fixture.now += .seconds(4)
        }
        let last = fixture.publish("last", to: "bad").id
        _ = fixture.written()
        let actions = fixture.receive(.refused(channel: fixture.publishing, tag: 5, multiple: false))
        #expect(actions.outcomes == [last: .nacked])
        #expect(actions.commands == ["close 2"])
        let next = actions.openedChannels[0]
        fixture.openAll(actions)
        #expect(fixture.written() == ["kept"])
        let done = fixture.receive(.acknowledged(channel: next, tag: 1, multiple: false))
        #expect(done.outcomes == [outstanding: nil])
        // From the beginning on the new one.
        _ = fixture.publish("again", to: "bad")
        _ = fixture.written()
        #expect(fixture.receive(.refused(channel: next, tag: 2, multiple: false)).commands.isEmpty)
    }

    @Test func `A channel on which a queue takes a message now and then is kept`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        for tag in 1...20 as ClosedRange<UInt64> {
            _ = fixture.publish("\(tag)", to: "full")
            _ = fixture.written()
            let event: BrokerEvent =
                tag % 3 == 0
                ? .acknowledged(channel: fixture.publishing, tag: tag, multiple: false)
                : .refused(channel: fixture.publishing, tag: tag, multiple: false)
            #expect(fixture.receive(event).commands.isEmpty)
            fixture.now += .seconds(4)
        }
    }

    @Test func `A return and then an acknowledgement is a return, also when the acknowledgement is for several`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let ids = (0..<3).map { fixture.publish("same", to: $0 == 1 ? "nobody" : "q").id }
        let written = fixture.machine.nextMessages(limit: 10, now: fixture.now).published
        _ = fixture.receive(
            .returned(channel: fixture.publishing, code: 312, text: "NO_ROUTE", message: written[1]))
        let actions = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 3, multiple: true))
        #expect(actions.outcomes == [ids[0]: nil, ids[1]: .returned(code: 312, text: "NO_ROUTE"), ids[2]: nil])
    }

    @Test func `Of equal messages to one place, the returned one is known by its id`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let ids = (0..<3).map { _ in fixture.publish("same").id }
        let written = fixture.machine.nextMessages(limit: 10, now: fixture.now).published
        #expect(Set(written.map(\.message.messageID)).count == 3)
        _ = fixture.receive(.returned(channel: fixture.publishing, code: 312, text: "x", message: written[2]))
        let actions = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 3, multiple: true))
        #expect(actions.outcomes == [ids[0]: nil, ids[1]: nil, ids[2]: .returned(code: 312, text: "x")])
    }

    @Test func `A blocked broker is sent nothing until it is unblocked, and deadlines say so`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        _ = fixture.receive(.blocked(reason: "low on memory"))
        #expect(fixture.machine.state == .blocked(generation: 1, reason: "low on memory"))
        let late = fixture.publish("late", timeout: .seconds(1)).id
        _ = fixture.publish("kept")
        #expect(fixture.written().isEmpty && !fixture.machine.hasMessages)
        #expect(fixture.advance(.milliseconds(999)).isEmpty)
        #expect(fixture.advance(.milliseconds(1)).outcomes == [late: .blocked(reason: "low on memory")])
        _ = fixture.receive(.unblocked)
        #expect(fixture.written() == ["kept"])
    }

    @Test func `A closed channel fails what is outstanding on it, and the rest goes on a new one`() {
        var fixture = MachineFixture(window: 2)
        _ = fixture.connect()
        let ids = (0..<3).map { fixture.publish("\($0)").id }
        #expect(fixture.written() == ["0", "1"])
        let error = PublishError.channelClosed(code: 404, text: "no exchange")
        let actions = fixture.receive(.channelClosed(channel: fixture.publishing, code: 404, text: "no exchange"))
        #expect(actions.outcomes == [ids[0]: error, ids[1]: error])
        #expect(actions.commands.first == "close-ok 2")
        #expect(fixture.written().isEmpty)
        fixture.openAll(actions)
        #expect(fixture.written() == ["2"])
        let done = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 1, multiple: false))
        #expect(done.outcomes == [ids[2]: nil])
    }

    @Test func `After a loss what is unconfirmed is sent again, first and in order`() {
        var fixture = MachineFixture(window: 3)
        _ = fixture.connect()
        let ids = (0..<5).map { fixture.publish("\($0)").id }
        let before = fixture.machine.nextMessages(limit: 10, now: fixture.now).published.map(\.message.messageID)
        _ = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 2, multiple: false))
        #expect(fixture.lose().outcomes.isEmpty)
        #expect(fixture.receive(.acknowledged(channel: fixture.publishing, tag: 3, multiple: true)).isEmpty)
        _ = fixture.publish("5")
        _ = fixture.connect()
        let again = fixture.machine.nextMessages(limit: 10, now: fixture.now).published
        #expect(again.map(\.message.text) == ["0", "2", "3"])
        #expect(again.prefix(2).map(\.message.messageID) == [before[0], before[2]])
        let actions = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 3, multiple: true))
        #expect(actions.outcomes == [ids[0]: nil, ids[2]: nil, ids[3]: nil])
        #expect(fixture.written() == ["4", "5"])
    }

    @Test func `A message that came back before the loss is not sent again`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let id = fixture.publish("x").id
        let written = fixture.machine.nextMessages(limit: 10, now: fixture.now).published
        _ = fixture.receive(.returned(channel: fixture.publishing, code: 312, text: "x", message: written[0]))
        #expect(fixture.lose().outcomes == [id: .returned(code: 312, text: "x")])
        _ = fixture.connect()
        #expect(fixture.written().isEmpty)
    }

    @Test func `A deadline says whether there was a connection`() {
        var fixture = MachineFixture()
        _ = fixture.machine.connectFailed("h:1: refused")
        let first = fixture.publish("a", timeout: .seconds(1)).id
        #expect(fixture.advance(.seconds(1)).outcomes == [first: .disconnected(reason: "h:1: refused")])
        _ = fixture.connect()
        let second = fixture.publish("b", timeout: .seconds(1)).id
        #expect(fixture.written() == ["b"])
        #expect(fixture.advance(.seconds(1)).outcomes == [second: .timedOut])
        #expect(fixture.receive(.acknowledged(channel: fixture.publishing, tag: 1, multiple: false)).outcomes.isEmpty)
    }

    @Test func `What is cancelled or late is not sent`() {
        var fixture = MachineFixture()
        let cancelled = fixture.publish("cancelled").id
        _ = fixture.publish("late", timeout: .seconds(1))
        _ = fixture.publish("kept")
        #expect(fixture.machine.cancelPublish(cancelled).outcomes == [cancelled: .cancelled])
        _ = fixture.advance(.seconds(1))
        _ = fixture.connect()
        #expect(fixture.written() == ["kept"])
    }

    @Test func `A full outbox takes no more, and one too large is never taken`() {
        var fixture = MachineFixture(outboxLimit: 1)
        let id = fixture.publish("a").id
        let second = fixture.publish("b")
        #expect(second.actions.outcomes == [second.id: .outboxFull])
        _ = fixture.machine.cancelPublish(id)
        let large = fixture.publish("c", to: String(repeating: "x", count: 256))
        #expect(large.actions.outcomes == [large.id: .tooLarge("its routing key is longer than 255 bytes")])
    }

    @Test func `Closing waits for confirms, up to its deadline`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let id = fixture.publish("a").id
        _ = fixture.written()
        #expect(fixture.machine.beginClosing(deadline: fixture.now + .seconds(5)).isEmpty)
        let refused = fixture.publish("b")
        #expect(refused.actions.outcomes == [refused.id: .closed])
        var other = fixture
        let confirmed = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 1, multiple: false))
        #expect(confirmed.outcomes == [id: nil])
        #expect(confirmed.contains { if case .finish = $0 { true } else { false } })
        #expect(other.advance(.seconds(5)).outcomes == [id: .closed])
        #expect(other.machine.state == .closed)
    }
}
