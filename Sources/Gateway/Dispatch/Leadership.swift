import AMQP
import Core
import Logging
import Program
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
    private let freshness: Freshness
    private let logger: Logger
    private static let interval: Duration = .seconds(2)
    private static let term: Duration = .seconds(7)

    init(
        consuming: AMQPConnection, publishing: AMQPConnection, names: QueueNames, deadLetters: DeadLetters,
        freshness: Freshness, logger: Logger
    ) {
        self.consuming = consuming
        self.publishing = publishing
        self.names = names
        self.deadLetters = deadLetters
        self.freshness = freshness
        self.logger = logger
    }

    /// The type of a message by which a gateway that cannot read the log's beginning asks for a checkpoint.
    static let checkpointWanted = "checkpoint"
    /// Rings when a gateway asks for a checkpoint.
    let checkpointRequests = Broadcast()

    var leads: Bool { receivedAt.withLock { $0 }.map { ContinuousClock.now - $0 < Self.term } ?? false }

    func run() async throws {
        let consumer = consuming.consume(ConsumerOptions(queue: names.dead, prefetch: 20))
        consumer.pause()
        // Its own pings come every two seconds, unless another gateway leads.
        let quiet = QuietSpell(patience: .seconds(15))
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.standWhenReady(consumer) }
                group.addTask {
                    while !Task.isCancelled {
                        await self.ping()
                        try? await Task.sleep(for: Self.interval)
                        if consumer.isRegistered, quiet.isTooLong() { consumer.subscribeAnew() }
                    }
                }
                for await event in consumer {
                    quiet.end()
                    switch event {
                    case .registered: group.addTask { await self.ping() }
                    case .interrupted: receivedAt.withLock { $0 = nil }
                    case .delivery(let delivery):
                        if !leads { logger.info("this gateway dispatches now") }
                        receivedAt.withLock { $0 = .now }
                        switch delivery.message.type {
                        case "ping": delivery.acknowledge()
                        case Self.checkpointWanted:
                            delivery.acknowledge()
                            checkpointRequests.ring()
                        default:
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

    /// Only a gateway that knows the log may lead.
    private func standWhenReady(_ consumer: Consumer) async {
        var stands = false
        while !Task.isCancelled {
            if freshness.isReady != stands {
                stands = freshness.isReady
                if stands { consumer.resume() } else { consumer.pause() }
            }
            try? await Task.sleep(for: .milliseconds(250))
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
