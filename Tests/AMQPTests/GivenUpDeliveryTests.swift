import AMQP
import Support
import Testing

/// Deliveries that a broker takes back.
@Suite struct GivenUpDeliveryTests {
    @Test func `A delivery held for longer than consumer_timeout comes again to the same consumer, on a new channel`()
        async throws
    {
        let broker = try PrivateBroker()
        defer { broker.stop() }
        try await broker.start()
        // It looks once a minute.
        for (name, value) in [("consumer_timeout", 1_000), ("channel_tick_interval", 300)] {
            try await broker.control("eval", "application:set_env(rabbit, \(name), \(value)).")
        }
        let queue = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        try await connection.publish(AMQPMessage("x"), routingKey: queue, timeout: .seconds(10))
        let reader = ConsumerReader(connection.consume(ConsumerOptions(queue: queue, prefetch: 1)))
        let held = try await reader.delivery()
        #expect(try await reader.interrupted().contains("timeout"))
        #expect(!held.isCurrent)
        // Too late, and must not close the new channel.
        held.acknowledge()
        let again = try await reader.delivery()
        #expect(again.message.text == "x" && again.redelivered && again.isCurrent)
        again.acknowledge()
        try await connection.publish(AMQPMessage("y"), routingKey: queue, timeout: .seconds(10))
        let next = try await reader.delivery()
        #expect(next.message.text == "y")
        next.acknowledge()
        try await fixture.close()
    }

    @Test func `What is delivered more often than the limit allows goes to the dead letters, with the reason`()
        async throws
    {
        let (queue, dead) = (uniqueName(), uniqueName("dead"))
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url,
            topology: Topology(queues: [
                .quorum(dead),
                .quorum(
                    queue,
                    [
                        "x-delivery-limit": .int(2), "x-dead-letter-exchange": .string(""),
                        "x-dead-letter-routing-key": .string(dead), "x-dead-letter-strategy": .string("at-least-once"),
                        "x-overflow": .string("reject-publish"),
                    ]),
            ]))
        try await fixture.connection.publish(AMQPMessage("poison"), routingKey: queue, timeout: .seconds(10))
        let reader = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 1)))
        // A limit of n gives n + 1 deliveries.
        for count in 0...2 {
            let delivery = try await reader.delivery()
            #expect(delivery.deliveryCount == count)
            delivery.reject(requeue: true)
        }
        let letters = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: dead, prefetch: 1)))
        let letter = try await letters.delivery()
        #expect(letter.message.text == "poison")
        #expect(letter.message.headers["x-first-death-reason"] == .string("delivery_limit"))
        #expect(letter.message.headers["x-first-death-queue"] == .string(queue))
        letter.acknowledge()
        try await fixture.close()
    }
}
