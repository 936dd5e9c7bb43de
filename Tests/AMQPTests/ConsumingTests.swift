import AMQP
import Support
import Testing

@Suite struct ConsumingTests {
    private func publish(_ texts: [String], to queue: String, on connection: AMQPConnection) async throws {
        for text in texts {
            try await connection.publish(AMQPMessage(text), routingKey: queue, timeout: .seconds(20))
        }
    }

    @Test func `What was published arrives with everything it had`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        var message = AMQPMessage(body: Array(repeating: 7, count: 500_000))
        message.type = "kind"
        message.messageID = "m1"
        message.correlationID = "c1"
        message.replyTo = "r1"
        message.timestamp = 1_700_000_000
        message.expiration = .seconds(60)
        message.headers = [
            "text": .string("ü"), "number": .int(-5), "yes": .bool(true), "when": .timestamp(9),
            "table": .table(["inner": .array([.int(1), .string("x"), .table([:])])]), "nothing": .other,
        ]
        try await fixture.connection.publish(message, routingKey: queue, timeout: .seconds(20))
        let reader = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 10)))
        let delivery = try await reader.delivery()
        var expected = message
        // A quorum queue adds its count only from the second delivery on.
        expected.headers["x-delivery-count"] = delivery.message.headers["x-delivery-count"]
        #expect(delivery.message == expected)
        #expect(delivery.queue == queue && delivery.routingKey == queue && delivery.exchange.isEmpty)
        #expect(!delivery.redelivered && delivery.deliveryCount == 0 && delivery.isCurrent)
        delivery.acknowledge()
        try await fixture.close()
    }

    @Test func `Acknowledged messages go, rejected ones come again`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        try await publish(["a", "b", "c"], to: queue, on: fixture.connection)
        let reader = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 10)))
        let first = try await reader.delivery()
        let second = try await reader.delivery()
        let third = try await reader.delivery()
        #expect([first, second, third].map(\.message.text) == ["a", "b", "c"])
        second.acknowledge(multiple: true)
        second.acknowledge()
        first.reject(requeue: true)
        third.reject(requeue: true)
        let again = try await reader.delivery()
        #expect(again.message.text == "c" && again.redelivered && again.deliveryCount == 1)
        again.acknowledge()
        try await fixture.close()
        let other = try ConnectionFixture(try await SharedBroker.get().url)
        try await eventually("the queue is empty") {
            try await other.connection.inspect(queue: queue, timeout: .seconds(5))
                == QueueCounts(ready: 0, consumers: 0)
        }
        try await other.close()
    }

    @Test func `No more than the prefetch is delivered unsettled`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        try await publish((0..<5).map(String.init), to: queue, on: fixture.connection)
        let reader = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 2)))
        let first = try await reader.delivery()
        _ = try await reader.delivery()
        try await eventually("three stay in the queue") {
            try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))?.ready == 3
        }
        first.acknowledge()
        #expect(try await reader.delivery().message.text == "2")
        try await fixture.close()
    }

    @Test func `A paused consumer takes nothing and goes on after resume`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        let consumer = fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 10))
        let reader = ConsumerReader(consumer)
        let generation = try await reader.registered()
        for _ in 0..<20 {
            consumer.pause()
            consumer.resume()
        }
        consumer.pause()
        try await eventually("nobody consumes") {
            try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))?.consumers == 0
        }
        #expect(!consumer.isRegistered)
        try await publish(["later"], to: queue, on: fixture.connection)
        #expect(try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))?.consumers == 0)
        consumer.resume()
        let delivery = try await reader.delivery()
        #expect(delivery.message.text == "later" && delivery.generation == generation)
        #expect(consumer.isRegistered)
        delivery.acknowledge()
        try await fixture.close()
    }

    /// A quorum queue counts what it has delivered by consumer tag and channel; RabbitMQ 3.10 loses its count when a consumer comes
    /// back under the same tag, and closes the connection with 541.
    @Test func `A consumer that is paused with unsettled deliveries goes on after resume, time and again`() async throws
    {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        try await publish((0..<40).map(String.init), to: queue, on: fixture.connection)
        let consumer = fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 4))
        let reader = ConsumerReader(consumer)
        let generation = try await reader.registered()
        var texts: Set<String> = []
        var held: [Delivery] = []
        while texts.count < 40 {
            let delivery = try await reader.delivery()
            #expect(texts.insert(delivery.message.text).inserted, "\(delivery.message.text) came twice")
            #expect(delivery.generation == generation)
            held.append(delivery)
            guard held.count == 3 else { continue }
            consumer.pause()
            held.removeFirst().acknowledge()
            consumer.resume()
            held.removeLast().acknowledge()
        }
        for delivery in held { delivery.acknowledge() }
        try await eventually("all are settled") {
            try await SharedBroker.get().depth(of: queue) == 0
        }
        try await fixture.close()
    }

    @Test func `A cancelled consumer ends after what is buffered, which may still be settled`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        try await publish(["a", "b"], to: queue, on: fixture.connection)
        let consumer = fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 2))
        try await eventually("both are delivered") {
            try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))?.ready == 0
        }
        consumer.cancel()
        var texts: [String] = []
        for await case .delivery(let delivery) in consumer {
            texts.append(delivery.message.text)
            delivery.acknowledge()
        }
        #expect(texts == ["a", "b"])
        try await fixture.close()
        let other = try ConnectionFixture(try await SharedBroker.get().url)
        #expect(try await other.connection.inspect(queue: queue, timeout: .seconds(10))?.ready == 0)
        try await other.close()
    }

    @Test func `A consumer that is let go gives back what nobody read`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        try await publish(["a", "b"], to: queue, on: fixture.connection)
        do {
            let consumer = fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 2))
            try await eventually("both are delivered") {
                try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))?.ready == 0
            }
            #expect(consumer.isRegistered)
        }
        try await eventually("both are back") {
            try await fixture.connection.inspect(queue: queue, timeout: .seconds(5))
                == QueueCounts(ready: 2, consumers: 0)
        }
        try await fixture.close()
    }

    @Test func `A stream is replayed from exactly the offset that was asked for`() async throws {
        let queue = uniqueName("stream")
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.stream(queue)]))
        try await publish((0..<30).map(String.init), to: queue, on: fixture.connection)
        var all = ConsumerOptions(queue: queue, prefetch: 5)
        all.streamOffset = { .first }
        let everything = ConsumerReader(fixture.connection.consume(all))
        var offsets: [String: Int64] = [:]
        for number in 0..<30 {
            let delivery = try await everything.delivery()
            #expect(delivery.message.text == String(number))
            offsets[delivery.message.text] = delivery.streamOffset
            delivery.acknowledge()
        }
        let wanted = try #require(offsets["17"])
        var some = ConsumerOptions(queue: queue, prefetch: 5)
        some.streamOffset = { .offset(wanted) }
        let rest = ConsumerReader(fixture.connection.consume(some))
        for number in 17..<30 {
            let delivery = try await rest.delivery()
            #expect(delivery.message.text == String(number))
            if number % 5 == 0 { delivery.acknowledge(multiple: true) }
        }
        try await fixture.close()
    }

    @Test func `A question gets its reply, and one that nobody takes is returned`() async throws {
        let queue = QueueDeclaration(name: uniqueName(), durable: false, autoDelete: true)
        let fixture = try ConnectionFixture(try await SharedBroker.get().url, topology: Topology(queues: [queue]))
        let connection = fixture.connection
        var options = ConsumerOptions(queue: queue.name, prefetch: 10)
        options.automaticAcknowledgement = true
        let consumer = connection.consume(options)
        let answering = Task {
            for await case .delivery(let question) in consumer where question.message.text != "silence" {
                var reply = AMQPMessage("re: \(question.message.text)")
                reply.correlationID = question.message.correlationID
                connection.send(reply, routingKey: question.message.replyTo ?? "")
            }
        }
        try await eventually("the answerer is there") { consumer.isRegistered }
        try await withThrowingTaskGroup { group in
            for number in 0..<50 {
                group.addTask {
                    let reply = try await connection.request(
                        AMQPMessage("\(number)"), routingKey: queue.name, timeout: .seconds(10))
                    #expect(reply?.text == "re: \(number)")
                }
            }
            try await group.waitForAll()
        }
        let none = try await connection.request(
            AMQPMessage("silence"), routingKey: queue.name, timeout: .milliseconds(200))
        #expect(none == nil)
        await #expect(throws: PublishError.returned(code: 312, text: "NO_ROUTE")) {
            try await connection.request(AMQPMessage("x"), routingKey: "nobody", timeout: .seconds(10))
        }
        answering.cancel()
        try await fixture.close()
    }

    @Test func `When its queue is deleted, a consumer comes back with the topology`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url, topology: Topology(queues: [.quorum(queue)]))
        let reader = ConsumerReader(fixture.connection.consume(ConsumerOptions(queue: queue, prefetch: 1)))
        let before = try await reader.registered()
        try await fixture.connection.deleteQueue(queue, timeout: .seconds(10))
        #expect(try await reader.interrupted().contains("deleted"))
        #expect(try await reader.registered() > before)
        try await publish(["again"], to: queue, on: fixture.connection)
        #expect(try await reader.delivery().message.text == "again")
        try await fixture.close()
    }

    @Test func `A single active consumer hands over when its connection goes`() async throws {
        let queue = QueueDeclaration.quorum(uniqueName(), ["x-single-active-consumer": .bool(true)])
        let url = try await SharedBroker.get().url
        let first = try ConnectionFixture(url, topology: Topology(queues: [queue]))
        let second = try ConnectionFixture(url, topology: Topology(queues: [queue]))
        let active = ConsumerReader(first.connection.consume(ConsumerOptions(queue: queue.name, prefetch: 1)))
        try await active.registered()
        let standby = ConsumerReader(second.connection.consume(ConsumerOptions(queue: queue.name, prefetch: 1)))
        try await standby.registered()
        try await publish(["one"], to: queue.name, on: second.connection)
        #expect(try await active.delivery().message.text == "one")
        try await first.close()
        let taken = try await standby.delivery()
        #expect(taken.message.text == "one" && taken.redelivered)
        try await second.close()
    }
}
