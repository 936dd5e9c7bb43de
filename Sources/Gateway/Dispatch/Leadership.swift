import AMQP
import Core
import Logging
import ServiceLifecycle
import Threads

/// Elects the dispatcher: the gateway that is the active consumer of the dead-letter queue.
///
/// The broker does not tell a consumer that it is the active one; only receiving says so. So each gateway sends pings
/// into the queue, and who receives one leads for a while. Two at once for a moment are harmless.
final class Leadership: Service {
    private let consuming: AMQPConnection
    private let publishing: AMQPConnection
    private let names: QueueNames
    private let receivedAt = Locked<ContinuousClock.Instant?>(nil)
    private let deadLetters: DeadLetters
    private let logger: Logger
    private static let interval: Duration = .seconds(2)
    private static let term: Duration = .seconds(7)

    init(
        consuming: AMQPConnection, publishing: AMQPConnection, names: QueueNames, deadLetters: DeadLetters,
        logger: Logger
    ) {
        self.consuming = consuming
        self.publishing = publishing
        self.names = names
        self.deadLetters = deadLetters
        self.logger = logger
    }

    var leads: Bool { receivedAt.withLock { $0 }.map { ContinuousClock.now - $0 < Self.term } ?? false }

    func run() async throws {
        let consumer = consuming.consume(ConsumerOptions(queue: names.dead, prefetch: 20))
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        await self.ping()
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                for await event in consumer {
                    switch event {
                    case .registered: group.addTask { await self.ping() }
                    case .interrupted: receivedAt.withLock { $0 = nil }
                    case .delivery(let delivery):
                        if !leads { logger.info("this gateway dispatches now") }
                        receivedAt.withLock { $0 = .now }
                        if delivery.message.type == "ping" {
                            delivery.acknowledge()
                        } else {
                            group.addTask { await self.deadLetters.settle(delivery) }
                        }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
    }

    private func ping() async {
        var message = AMQPMessage(body: Array("{}".utf8))
        message.type = "ping"
        message.persistent = false
        message.expiration = .seconds(5)
        try? await publishing.publish(message, routingKey: names.dead, timeout: .seconds(3))
    }
}
