import AMQP
import Core
import Logging
import ServiceLifecycle

/// Answers workers that ask whether an object may start, by the fold at an entry appended for the question.
final class GoService: Service {
    private let consuming: AMQPConnection
    private let publishing: AMQPConnection
    private let names: QueueNames
    private let appender: LogAppender
    private let freshness: Freshness
    private let logger: Logger
    /// A worker waits no longer for its answer.
    private static let patience: Duration = .seconds(8)

    init(
        consuming: AMQPConnection, publishing: AMQPConnection, names: QueueNames, appender: LogAppender,
        freshness: Freshness, logger: Logger
    ) {
        self.consuming = consuming
        self.publishing = publishing
        self.names = names
        self.appender = appender
        self.freshness = freshness
        self.logger = logger
    }

    func run() async throws {
        let consumer = consuming.consume(ConsumerOptions(queue: names.go, prefetch: 200))
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await event in consumer {
                    guard case .delivery(let delivery) = event else { continue }
                    group.addTask { await self.answer(delivery) }
                }
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
    }

    private func answer(_ delivery: Delivery) async {
        defer { delivery.acknowledge() }
        // A gateway that has not read its own marker back since it connected cannot know: another one answers, or the
        // worker asks again.
        guard freshness.isReady, freshness.isConnected, let replyTo = delivery.message.replyTo else { return }
        do {
            let request = try JSONMessage.decode(GoRequest.self, from: delivery.message.body)
            let folded = try await appender.append(
                .placed(request.submission, request.placement), within: Self.patience)
            guard let answer = GoAnswer(folded.outcome) else { return }
            var reply = AMQPMessage(body: try JSONMessage.encode(answer))
            reply.type = "go"
            reply.correlationID = delivery.message.correlationID
            reply.persistent = false
            publishing.send(reply, routingKey: replyTo)
            logger.debug(
                "answered a worker",
                metadata: [
                    "jid": "\(request.submission.key.job)", "engine": "\(request.placement.engine)",
                    "answer": "\(answer.verdict.rawValue)",
                ])
        } catch {
            logger.warning("a worker's question stays unanswered", metadata: ["error": "\(error)"])
        }
    }
}
