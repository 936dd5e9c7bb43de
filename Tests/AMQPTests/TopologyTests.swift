import AMQP
import Support
import Testing

@Suite struct TopologyTests {
    @Test func `Exchanges, queues and bindings work together`() async throws {
        let exchange = uniqueName("exchange")
        let queue = QueueDeclaration(name: uniqueName(), durable: false, exclusive: true)
        let topology = Topology(
            exchanges: [ExchangeDeclaration(name: exchange, kind: "topic", durable: false, autoDelete: true)],
            queues: [queue], bindings: [Binding(queue: queue.name, exchange: exchange, routingKey: "a.*")])
        let fixture = try ConnectionFixture(try await SharedBroker.get().url)
        try await fixture.connection.declare(topology, timeout: .seconds(10))
        try await fixture.connection.publish(
            AMQPMessage("x"), exchange: exchange, routingKey: "a.b", timeout: .seconds(10))
        await #expect(throws: PublishError.returned(code: 312, text: "NO_ROUTE")) {
            try await fixture.connection.publish(
                AMQPMessage("x"), exchange: exchange, routingKey: "b", timeout: .seconds(10))
        }
        try await fixture.close()
    }

    @Test func `Other arguments are refused with a readable error and harm nothing else`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        let reader = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 1)))
        try await reader.registered()
        let error = await #expect(throws: PublishError.self) {
            try await fixture.connection.declare(
                Topology(queues: [.quorum(queue, ["x-max-length": .int(5)])]), timeout: .seconds(10))
        }
        guard case .channelClosed(406, let text) = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        #expect(text.contains("x-max-length") && text.contains(queue) && !text.contains("\n"))
        try await fixture.connection.publish(AMQPMessage("x"), routingKey: queue, timeout: .seconds(10))
        #expect(try await reader.delivery().message.text == "x")
        try await fixture.close()
    }

    @Test func `A refused topology is told by the state and tried again`() async throws {
        let queue = uniqueName()
        let url = try await SharedBroker.get().url
        let owner = try ConnectionFixture(
            url, topology: Topology(queues: [QueueDeclaration(name: queue)]))
        try await owner.waitUntilConnected()
        let fixture = try ConnectionFixture(url, topology: Topology(queues: [.quorum(queue)]))
        try await fixture.waitForState("refused twice") { state in
            if case .connecting(let attempt, .some(let error)) = state {
                attempt >= 3 && error.contains("PRECONDITION_FAILED") && error.contains(queue)
            } else {
                false
            }
        }
        try await owner.connection.deleteQueue(queue, timeout: .seconds(10))
        try await fixture.waitUntilConnected()
        try await owner.close()
        try await fixture.close()
    }

    @Test func `A queue that does not exist has no counts`() async throws {
        let fixture = try ConnectionFixture(try await SharedBroker.get().url)
        #expect(try await fixture.connection.inspect(queue: uniqueName(), timeout: .seconds(10)) == nil)
        try await fixture.connection.deleteQueue(uniqueName(), timeout: .seconds(10))
        try await fixture.close()
    }

    @Test func `A wrong password is told without repeating it`() async throws {
        let port = try await SharedBroker.get().port
        let fixture = try ConnectionFixture("amqp://guest:se%63ret@127.0.0.1:\(port)/")
        try await fixture.waitForState("refused") { state in
            if case .connecting(_, .some(let error)) = state {
                error.contains("ACCESS_REFUSED") && error.contains("127.0.0.1:\(port)") && !error.contains("secret")
            } else {
                false
            }
        }
        try await fixture.close()
    }
}
