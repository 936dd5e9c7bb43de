import AMQP
import Support
import Testing
import Threads

/// These kill, freeze and wipe a broker, one after the other; each leaves it running.
@Suite(.serialized) final class BrokerFailureSerialTests {
    private static let broker = Locked<PrivateBroker?>(nil)

    private func broker() async throws -> PrivateBroker {
        if let broker = Self.broker.withLock({ $0 }) { return broker }
        let broker = try PrivateBroker()
        try await broker.start()
        Self.broker.withLock { $0 = broker }
        return broker
    }

    @Test func `A broker killed under load loses no confirmed message`() async throws {
        let broker = try await broker()
        let queue = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        try await fixture.waitUntilConnected()
        let confirmed = Locked<Set<String>>([])
        let isOver = Locked(false)
        try await withThrowingTaskGroup { group in
            for publisher in 0..<20 {
                group.addTask {
                    var number = 0
                    while !isOver.withLock({ $0 }) {
                        let text = "\(publisher)/\(number)"
                        number += 1
                        try await connection.publish(AMQPMessage(text), routingKey: queue, timeout: .seconds(60))
                        confirmed.withLock { _ = $0.insert(text) }
                    }
                }
            }
            try await eventually("some are confirmed") { confirmed.withLock { $0.count } > 500 }
            try await broker.kill()
            let before = confirmed.withLock { $0.count }
            try await broker.start()
            try await eventually(within: .seconds(30), "more are confirmed") {
                confirmed.withLock { $0.count } > before + 500
            }
            isOver.withLock { $0 = true }
            try await group.waitForAll()
        }
        let expected = confirmed.withLock { $0 }
        let reader = ConsumerReader(connection.consume(ConsumerOptions(queue: queue, prefetch: 500)))
        var missing = expected
        while !missing.isEmpty {
            let delivery = try await reader.delivery()
            missing.remove(delivery.message.text)
            delivery.acknowledge()
        }
        try await fixture.close()
    }

    @Test func `A frozen broker is noticed, publishes time out in time, and it works after the thaw`() async throws {
        let broker = try await broker()
        let queue = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        try await fixture.waitUntilConnected()
        try await connection.publish(AMQPMessage("before"), routingKey: queue, timeout: .seconds(10))
        broker.freeze()
        let waiting = Task {
            try await connection.publish(AMQPMessage("kept"), routingKey: queue, timeout: .seconds(60))
        }
        try await Self.expectInTime(.milliseconds(500), on: connection, queue: queue, PublishError.timedOut)
        try await fixture.waitForState("lost", within: .seconds(5)) {
            if case .connecting(_, .some) = $0 { true } else { false }
        }
        // The thread now sits in a connect that a frozen broker's kernel accepts.
        for _ in 0..<3 { try await Self.expectInTime(.milliseconds(500), on: connection, queue: queue, nil) }
        broker.thaw()
        try await waiting.value
        try await connection.publish(AMQPMessage("after"), routingKey: queue, timeout: .seconds(20))
        try await fixture.close()
    }

    private static func expectInTime(
        _ timeout: Duration, on connection: AMQPConnection, queue: String, _ expected: PublishError?
    ) async throws {
        let start = ContinuousClock.now
        let error = await #expect(throws: PublishError.self) {
            try await connection.publish(AMQPMessage("late"), routingKey: queue, timeout: timeout)
        }
        let took = ContinuousClock.now - start
        #expect(took >= timeout && took < timeout + .seconds(1))
        if let expected {
            #expect(error == expected)
        } else if case .disconnected = error {
        } else {
            Issue.record("unexpected: \(String(describing: error))")
        }
    }

    @Test func `A frozen broker does not hold up closing`() async throws {
        let broker = try await broker()
        let fixture = try ConnectionFixture(broker.url)
        try await fixture.waitUntilConnected()
        broker.freeze()
        async let publishing: Void = fixture.connection.publish(
            AMQPMessage("x"), routingKey: "x", timeout: .seconds(60))
        let start = ContinuousClock.now
        await fixture.connection.close(within: .milliseconds(500))
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(fixture.connection.state == .closed)
        // Whether it came before or after the close.
        do {
            try await publishing
            Issue.record("a frozen broker confirmed")
        } catch {
            #expect(error as? PublishError == .closed)
        }
        broker.thaw()
    }

    @Test func `A write that a frozen broker never reads is given up`() async throws {
        let broker = try await broker()
        let queue = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        try await fixture.waitUntilConnected()
        broker.freeze()
        var message = AMQPMessage(body: Array(repeating: 0, count: 4 << 20))
        message.persistent = false
        let large = message
        let publishing = (0..<8).map { _ in
            Task { try await connection.publish(large, routingKey: queue, timeout: .seconds(60)) }
        }
        try await fixture.waitForState("lost", within: .seconds(10)) {
            if case .connecting(_, .some) = $0 { true } else { false }
        }
        broker.thaw()
        for task in publishing { try await task.value }
        try await fixture.close()
    }

    /// What raises an alarm of the broker, and what ends it.
    private struct Alarm: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let raise: [String]
        let end: [String]

        static let all = [
            Alarm(
                testDescription: "memory", raise: ["set_vm_memory_high_watermark", "absolute", "1"],
                end: ["set_vm_memory_high_watermark", "0.4"]),
            Alarm(
                testDescription: "disk", raise: ["set_disk_free_limit", "1000000GB"],
                end: ["set_disk_free_limit", "1MB"]),
        ]
    }

    @Test(arguments: Alarm.all)
    private func `An alarm for memory or disk blocks publishing until it is over`(_ alarm: Alarm) async throws {
        let broker = try await broker()
        let queue = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        try await connection.publish(AMQPMessage("before"), routingKey: queue, timeout: .seconds(10))
        try await broker.control(alarm.raise)
        let kept = Task {
            try await connection.publish(AMQPMessage("kept"), routingKey: queue, timeout: .seconds(60))
        }
        try await fixture.waitForState("blocked") { if case .blocked = $0 { true } else { false } }
        let error = await #expect(throws: PublishError.self) {
            try await connection.publish(AMQPMessage("late"), routingKey: queue, timeout: .milliseconds(300))
        }
        guard case .blocked = error else {
            Issue.record("unexpected: \(String(describing: error))")
            return
        }
        try await broker.control(alarm.end)
        try await kept.value
        try await fixture.waitUntilConnected()
        try await connection.publish(AMQPMessage("after"), routingKey: queue, timeout: .seconds(10))
        try await fixture.close()
    }

    @Test func `An acknowledgement that is late by a reconnect is dropped`() async throws {
        let broker = try await broker()
        let queue = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(queue)]))
        let connection = fixture.connection
        let reader = ConsumerReader(connection.consume(ConsumerOptions(queue: queue, prefetch: 1)))
        let before = try await reader.registered()
        try await connection.publish(AMQPMessage("x"), routingKey: queue, timeout: .seconds(10))
        let old = try await reader.delivery()
        try await broker.kill()
        try await reader.interrupted()
        #expect(!old.isCurrent)
        try await broker.start()
        #expect(try await reader.registered(within: .seconds(30)) > before)
        let new = try await reader.delivery()
        #expect(new.message.text == "x" && new.tag == old.tag && new.isCurrent)
        old.acknowledge()
        old.reject(requeue: false)
        // It would have closed the channel, or taken the new delivery's place.
        try await connection.publish(AMQPMessage("y"), routingKey: queue, timeout: .seconds(10))
        #expect(new.isCurrent)
        new.acknowledge()
        #expect(try await reader.delivery().message.text == "y")
        try await fixture.close()
    }

    @Test func `A broker that has forgotten everything gets the topology again`() async throws {
        let broker = try await broker()
        let first = uniqueName()
        let second = uniqueName()
        let fixture = try ConnectionFixture(broker.url, topology: Topology(queues: [.quorum(first)]))
        let connection = fixture.connection
        try await connection.declare(Topology(queues: [.quorum(second)]), timeout: .seconds(10))
        let reader = ConsumerReader(connection.consume(ConsumerOptions(queue: second, prefetch: 1)))
        try await reader.registered()
        try await broker.restart(wipe: true)
        try await reader.interrupted()
        try await reader.registered(within: .seconds(30))
        try await connection.publish(AMQPMessage("a"), routingKey: first, timeout: .seconds(20))
        try await connection.publish(AMQPMessage("b"), routingKey: second, timeout: .seconds(20))
        #expect(try await reader.delivery().message.text == "b")
        try await fixture.close()
    }
}
