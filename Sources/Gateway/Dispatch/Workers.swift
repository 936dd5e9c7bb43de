import AMQP
import Core
import Logging
import ServiceLifecycle
import Threads

/// Who is there: the workers that have been heard of lately.
final class Workers: Service {
    struct Seen: Sendable {
        let heartbeat: Heartbeat
        let at: ContinuousClock.Instant
    }

    private let connection: AMQPConnection
    private let queue: String
    private let state = Locked<[Nonce: Seen]>([:])
    private let logger: Logger
    /// An engine has an active worker that it did not have before.
    let newcomers: AsyncStream<EngineID>
    private let announce: AsyncStream<EngineID>.Continuation
    /// After this long without a word a worker counts as gone.
    static let silence: Duration = .seconds(15)

    init(connection: AMQPConnection, queue: String, logger: Logger) {
        self.connection = connection
        self.queue = queue
        self.logger = logger
        (newcomers, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_000))
    }

    func run() async throws {
        var options = ConsumerOptions(queue: queue, prefetch: 100)
        options.automaticAcknowledgement = true
        let consumer = connection.consume(options)
        await withGracefulShutdownHandler {
            for await event in consumer {
                guard case .delivery(let delivery) = event else { continue }
                do {
                    note(try JSONMessage.decode(Heartbeat.self, from: delivery.message.body))
                } catch {
                    logger.debug("a heartbeat could not be read", metadata: ["error": "\(error)"])
                }
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
        announce.finish()
    }

    func all() -> [Seen] {
        let oldest = ContinuousClock.now - Self.silence
        return state.withLock { state in
            state = state.filter { $0.value.at >= oldest }
            return Array(state.values)
        }
    }

    private func note(_ heartbeat: Heartbeat) {
        let isNew = state.withLock { state in
            let old = state.updateValue(Seen(heartbeat: heartbeat, at: .now), forKey: heartbeat.session)
            return heartbeat.active && heartbeat.unreachable == nil
                && (old?.heartbeat.active != true || old?.heartbeat.unreachable != nil)
        }
        if isNew { announce.yield(heartbeat.engine) }
    }
}
