import Testing

@testable import AMQP

@Suite struct RequestMachineTests {
    /// Connected, with the channel for requests open.
    private func ready(_ fixture: inout MachineFixture, _ actions: [Action]) throws -> UInt16 {
        let channel = try #require(actions.openedChannels.last)
        let opened = fixture.openAll(actions)
        #expect(opened.commands == ["consume \(channel) amq.rabbitmq.reply-to as replies"])
        #expect(fixture.written().isEmpty)
        _ = fixture.receive(.consuming(channel: channel))
        return channel
    }

    @Test func `A reply finds the question that it answers`() throws {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (first, actions) = fixture.request("one")
        let second = fixture.request("two").id
        let channel = try ready(&fixture, actions)
        let written = fixture.machine.nextMessages(limit: 10, now: fixture.now).published
        #expect(written.map(\.message.replyTo) == ["amq.rabbitmq.reply-to", "amq.rabbitmq.reply-to"])
        var reply = AMQPMessage("re: two")
        reply.correlationID = written[1].message.correlationID
        let event = BrokerEvent.delivered(
            channel: channel,
            IncomingMessage(tag: 1, redelivered: false, exchange: "", routingKey: "", message: reply))
        #expect(fixture.receive(event).replies == [second: .success(reply)])
        #expect(fixture.receive(event).isEmpty)
        let returned = fixture.receive(.returned(channel: channel, code: 312, text: "NO_ROUTE", message: written[0]))
        #expect(returned.replies == [first: .failure(.returned(code: 312, text: "NO_ROUTE"))])
    }

    @Test func `Without a reply there is none after the timeout, and at once when the connection goes`() throws {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (first, actions) = fixture.request("one", timeout: .seconds(1))
        let second = fixture.request("two").id
        _ = try ready(&fixture, actions)
        #expect(fixture.written() == ["one", "two"])
        #expect(fixture.advance(.seconds(1)).replies == [first: .success(nil)])
        let third = fixture.request("three").id
        #expect(fixture.lose().replies == [second: .success(nil)])
        let again = fixture.connect()
        let channel = try #require(again.openedChannels.last)
        _ = fixture.receive(.consuming(channel: channel))
        #expect(fixture.written() == ["three"])
        #expect(fixture.machine.cancelRequest(third).replies == [third: .failure(.cancelled)])
    }

    @Test func `A refused question fails`() throws {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (id, actions) = fixture.request("one")
        let channel = try ready(&fixture, actions)
        _ = fixture.written()
        let refused = fixture.receive(.refused(channel: channel, tag: 1, multiple: false))
        #expect(refused.replies == [id: .failure(.nacked)])
    }
}
