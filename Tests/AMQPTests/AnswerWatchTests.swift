import Testing

@testable import AMQP

/// A broker that does not answer is left for another.
@Suite struct AnswerWatchTests {
    @Test func `A consumer that is never answered ends the connection`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (_, opening) = fixture.consume("run.docker")
        let channel = opening.openedChannels[0]
        _ = fixture.receive(.channelOpened(channel: channel))
        #expect(fixture.receive(.prefetchSet(channel: channel)).commands == ["consume \(channel) run.docker as 1"])
        #expect(fixture.advance(.seconds(14)).dropReasons.isEmpty)
        #expect(fixture.machine.nextTimer == fixture.now + .seconds(1))
        #expect(fixture.advance(.seconds(1)).dropReasons == ["h:1: no answer for 15 s: consumer of run.docker"])
    }

    @Test func `A declaration that is never answered ends the connection, later each time`() {
        var fixture = MachineFixture(topology: Topology(queues: [QueueDeclaration(name: "a"), .init(name: "b")]))
        _ = fixture.login()
        _ = fixture.receive(.channelOpened(channel: 1))
        #expect(fixture.advance(.seconds(10)).isEmpty)
        _ = fixture.receive(.declared(channel: 1, counts: nil))
        // Each answer gives the next one its time.
        #expect(fixture.advance(.seconds(10)).isEmpty)
        #expect(fixture.advance(.seconds(5)).dropReasons == ["h:1: no answer for 15 s: queue b"])
        // The next connection begins anew.
        _ = fixture.lose()
        _ = fixture.login()
        #expect(fixture.advance(.seconds(29)).isEmpty)
        #expect(fixture.advance(.seconds(1)).dropReasons == ["h:1: no answer for 30 s: opening a channel"])
        _ = fixture.lose()
        _ = fixture.login()
        _ = fixture.receive(.channelOpened(channel: 1))
        _ = fixture.receive(.declared(channel: 1, counts: nil))
        fixture.openAll(fixture.receive(.declared(channel: 1, counts: nil)))
        _ = fixture.advance(.seconds(1))
        #expect(fixture.machine.patience == .seconds(15))
    }

    @Test func `A confirm that never comes ends the connection, though others come, and what is wanted goes again`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let wanted = fixture.publish("lost", to: "run.docker", timeout: .seconds(100)).id
        _ = fixture.publish("given up", to: "dead", timeout: .seconds(3))
        #expect(fixture.written() == ["lost", "given up"])
        for second in UInt64(1)...14 {
            #expect(fixture.advance(.seconds(1)).dropReasons.isEmpty)
            _ = fixture.publish("other", to: "results")
            _ = fixture.written()
            _ = fixture.receive(.acknowledged(channel: fixture.publishing, tag: second + 2, multiple: false))
        }
        #expect(fixture.machine.nextTimer.map { $0 <= fixture.now + .seconds(1) } == true)
        #expect(
            fixture.advance(.seconds(1)).dropReasons
                == ["h:1: no answer for 15 s: confirm of a message to run.docker"])
        _ = fixture.lose()
        _ = fixture.connect()
        #expect(fixture.written() == ["lost"])
        #expect(
            fixture.receive(.acknowledged(channel: fixture.publishing, tag: 1, multiple: false)).outcomes
                == [wanted: nil])
    }

    @Test func `Whoever has his answers waits for ever`() {
        var fixture = MachineFixture()
        fixture.openAll(fixture.connect())
        let (_, opening) = fixture.consume()
        _ = fixture.register(opening)
        #expect(fixture.advance(.seconds(3600)).isEmpty)
        #expect(fixture.machine.nextTimer == nil)
    }

    @Test func `What was asked of a channel that the broker closed needs no answer`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (_, opening) = fixture.consume()
        let channel = opening.openedChannels[0]
        _ = fixture.receive(.channelOpened(channel: channel))
        _ = fixture.receive(.prefetchSet(channel: channel))
        _ = fixture.receive(.channelClosed(channel: channel, code: 404, text: "no queue"))
        #expect(fixture.machine.session?.answers.oldest == nil)
    }

    @Test func `A broker that reads nothing by intention is not given up`() {
        var fixture = MachineFixture()
        _ = fixture.connect()
        let (_, opening) = fixture.consume()
        _ = fixture.publish("x", timeout: .seconds(3600))
        _ = fixture.written()
        _ = fixture.receive(.blocked(reason: "low on memory"))
        #expect(fixture.advance(.seconds(600)).dropReasons.isEmpty)
        _ = fixture.receive(.unblocked)
        #expect(fixture.advance(.seconds(14)).dropReasons.isEmpty)
        _ = fixture.receive(.acknowledged(channel: fixture.publishing, tag: 1, multiple: false))
        _ = fixture.receive(.channelOpened(channel: opening.openedChannels[0]))
        #expect(fixture.advance(.seconds(14)).dropReasons.isEmpty)
        #expect(fixture.advance(.seconds(1)).dropReasons == ["h:1: no answer for 15 s: prefetch"])
    }
}
