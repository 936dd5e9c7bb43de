import AMQP
import Support
import Testing

@Suite struct PublishingTests {
    @Test func `A confirmed message is in its queue`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        try await fixture.connection.publish(AMQPMessage("hello"), routingKey: queue, timeout: .seconds(10))
        try await eventually("one message waits") {
            try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))?.ready == 1
        }
        try await fixture.close()
    }

    @Test func `Ten thousand messages are confirmed in a pipeline`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.stream(queue)]))
        let connection = fixture.connection
        try await fixture.waitUntilConnected()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for number in 0..<10_000 {
                group.addTask {
                    try await connection.publish(AMQPMessage("\(number)"), routingKey: queue, timeout: .seconds(60))
                }
            }
            try await group.waitForAll()
        }
        print("10,000 confirmed in", ContinuousClock.now - start)
        try await fixture.close()
    }

    @Test func `A message that no queue takes is returned, its neighbours are not`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        let outcomes = await withTaskGroup(of: (Int, PublishError?).self) { group in
            for number in 0..<20 {
                group.addTask {
                    do throws(PublishError) {
                        let key = number % 2 == 0 ? queue : "nobody"
                        try await connection.publish(AMQPMessage("\(number)"), routingKey: key, timeout: .seconds(10))
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
            }
            return await group.reduce(into: [Int: PublishError?]()) { $0[$1.0] = .some($1.1) }
        }
        for number in 0..<20 {
            let expected: PublishError? = number % 2 == 0 ? nil : .returned(code: 312, text: "NO_ROUTE")
            #expect(outcomes[number] == expected)
        }
        try await fixture.close()
    }

    @Test func `A full queue that rejects refuses the message`() async throws {
        let queue = QueueDeclaration(
            name: uniqueName(), arguments: ["x-max-length": .int(1), "x-overflow": .string("reject-publish")])
        let fixture = try ConnectionFixture(try await SharedBroker.get().url, topology: Topology(queues: [queue]))
        try await fixture.connection.publish(AMQPMessage("fits"), routingKey: queue.name, timeout: .seconds(10))
        await #expect(throws: PublishError.nacked) {
            try await fixture.connection.publish(AMQPMessage("not"), routingKey: queue.name, timeout: .seconds(10))
        }
        try await fixture.close()
    }

    @Test func `A missing exchange fails the message and nothing after it`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        let error = await #expect(throws: PublishError.self) {
            try await fixture.connection.publish(
                AMQPMessage("x"), exchange: "no.such", routingKey: "x", timeout: .seconds(10))
        }
        guard case .channelClosed(404, let text) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(text.contains("no.such"))
        try await fixture.connection.publish(AMQPMessage("y"), routingKey: queue, timeout: .seconds(10))
        try await fixture.close()
    }

    @Test func `Headers that fit no frame are refused without harm`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        var message = AMQPMessage("x")
        message.headers = ["big": .string(String(repeating: "x", count: 200_000))]
        let oversized = message
        await #expect(throws: PublishError.tooLarge("its headers do not fit into one frame")) {
            try await fixture.connection.publish(oversized, routingKey: queue, timeout: .seconds(10))
        }
        try await fixture.connection.publish(AMQPMessage("y"), routingKey: queue, timeout: .seconds(10))
        try await fixture.close()
    }

    @Test func `Without a broker a publish throws in time and names the reason`() async throws {
        let fixture = try ConnectionFixture("amqp://guest:secret@127.0.0.1:1/")
        try await fixture.waitForState("failed once") {
            if case .connecting(_, .some) = $0 { true } else { false }
        }
        let start = ContinuousClock.now
        let error = await #expect(throws: PublishError.self) {
            try await fixture.connection.publish(AMQPMessage("x"), routingKey: "x", timeout: .milliseconds(300))
        }
        #expect(ContinuousClock.now - start < .seconds(5))
        guard case .disconnected(let reason) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(reason.contains("127.0.0.1:1"))
        #expect(!reason.contains("secret"))
        try await fixture.close()
    }

    @Test func `A cancelled publish leaves the outbox`() async throws {
        let fixture = try ConnectionFixture("amqp://127.0.0.1:1/")
        let publishing = Task {
            try await fixture.connection.publish(AMQPMessage("x"), routingKey: "x", timeout: .seconds(60))
        }
        publishing.cancel()
        await #expect(throws: PublishError.cancelled) { try await publishing.value }
        try await fixture.close()
    }
}
