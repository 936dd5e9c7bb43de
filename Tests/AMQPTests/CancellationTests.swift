import AMQP
import Support
import Testing

@Suite struct CancellationTests {
    /// Whoever resumes a task while holding a lock hangs for ever when that task is cancelled in the same moment, since
    /// the canceller waits for the lock inside of the task's own. A hundred rounds were always enough to hang.
    @Test(.timeLimit(.minutes(1)))
    func `Publishing and consuming in tasks that are cancelled all the time never hangs`() async throws {
        let queue = uniqueName()
        let fixture = try ConnectionFixture(
            try await SharedBroker.get().url,
            topology: Topology(queues: [QueueDeclaration(name: queue, durable: false, autoDelete: false)]))
        let connection = fixture.connection
        try await fixture.waitUntilConnected()
        let reading = Task {
            while !Task.isCancelled {
                var options = ConsumerOptions(queue: queue, prefetch: 100)
                options.automaticAcknowledgement = true
                let consumer = connection.consume(options)
                let reader = Task { for await _ in consumer {} }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 1...15)))
                reader.cancel()
                await reader.value
                consumer.cancel()
            }
        }
        for _ in 0..<200 {
            let publishing = Task {
                await withDiscardingTaskGroup { group in
                    for _ in 0..<100 {
                        group.addTask {
                            try? await connection.publish(
                                AMQPMessage("x"), routingKey: queue, timeout: .seconds(5))
                        }
                    }
                }
            }
            try await Task.sleep(for: .microseconds(Int.random(in: 100...10_000)))
            publishing.cancel()
            await publishing.value
        }
        reading.cancel()
        await reading.value
        try await fixture.connection.deleteQueue(queue, timeout: .seconds(10))
        try await fixture.close()
    }
}
