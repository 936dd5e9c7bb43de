import AMQP
import Core
import Logging
import Program

/// Settles what the broker or a worker gave up: ends the job when a worker said why, else dispatches it again.
final class DeadLetters: Sendable {
    private let cache: Cache
    private let appender: LogAppender
    private let commands: CommandPublisher
    private let logger: Logger
    /// Where the broker took a message from that it gave up: https://www.rabbitmq.com/docs/dlx#effects
    private static let firstQueue = "x-first-death-queue"

    init(cache: Cache, appender: LogAppender, commands: CommandPublisher, logger: Logger) {
        self.cache = cache
        self.appender = appender
        self.commands = commands
        self.logger = logger
    }

    func settle(_ delivery: Delivery) async {
        do {
            try await handle(delivery)
            delivery.acknowledge()
        } catch {
            logger.error(
                "a dead letter could not be settled; trying again",
                metadata: ["jid": "\(delivery.message.correlationID ?? "")", "error": "\(error)"])
            try? await Task.sleep(for: .seconds(1))
            await putBack(delivery)
        }
    }

    /// Where the broker counts deliveries, which RabbitMQ 4 does for every quorum queue, it would drop one that is only rejected.
    private func putBack(_ delivery: Delivery) async {
        var message = AMQPMessage(body: delivery.message.body)
        message.type = delivery.message.type
        message.correlationID = delivery.message.correlationID
        for name in [TraceParent.header, Self.firstQueue] { message.headers[name] = delivery.message.headers[name] }
        do {
            try await commands.bury(message)
            delivery.acknowledge()
        } catch {
            delivery.reject(requeue: true)
        }
    }

    private func handle(_ delivery: Delivery) async throws {
        guard let command = try? JSONMessage.decode(RunCommand.self, from: delivery.message.body) else {
            return MessageHead.isNewer(delivery.message.body)
                ? try await dispatchAgain(delivery.message) : try await endUnreadable(delivery.message)
        }
        let id = command.submission
        guard let current = try await cache.record(id.key)?.current, current.id == id, current.needsWorker else {
            return
        }
        if let reason = command.reason, command.failures > 0 {
            logger.warning("a job is given up", metadata: ["jid": "\(id.key.job)", "reason": "\(reason)"])
            _ = try await appender.append(
                .ended(
                    id,
                    StatusReport(
                        status: .finishedWithError,
                        message: "gave up after \(command.failures) attempts: \(reason)",
                        timestamp: Timestamps.now(), cause: .gaveUp, attempt: command.failures)), within: .seconds(10))
        } else {
            logger.warning("the broker gave up a command; dispatching it again", metadata: ["jid": "\(id.key.job)"])
            try await commands.run(current)
        }
    }

    /// What a newer worker gave up, and why, only a newer gateway could tell. The log says what the job is, so nothing is lost.
    private func dispatchAgain(_ message: AMQPMessage) async throws {
        logger.warning(
            "a dead letter of a newer version: its job is dispatched again; upgrade this gateway",
            metadata: ["jid": "\(message.correlationID ?? "")"])
        guard let text = message.correlationID, let job = try? JobID(text) else { return }
        for backend in Backend.allCases {
            guard let current = try await cache.record(JobKey(backend: backend, job: job))?.current,
                current.needsWorker
            else { continue }
            try await commands.run(current)
        }
    }

    /// The body says nothing; the properties may say which job it was.
    private func endUnreadable(_ message: AMQPMessage) async throws {
        logger.error(
            "a dead letter cannot be read and is dropped",
            metadata: ["jid": "\(message.correlationID ?? "")", "type": "\(message.type ?? "")"])
        guard let text = message.correlationID, let job = try? JobID(text) else { return }
        for backend in Backend.allCases {
            guard case .string(let queue)? = message.headers[Self.firstQueue],
                queue.hasSuffix("run." + backend.rawValue),
                let current = try await cache.record(JobKey(backend: backend, job: job))?.current,
                current.needsWorker
            else { continue }
            _ = try await appender.append(
                .ended(
                    current.id,
                    StatusReport(
                        status: .finishedWithError, message: "its command could not be read by any worker",
                        timestamp: Timestamps.now(), cause: .unreadable)), within: .seconds(10))
        }
    }
}
