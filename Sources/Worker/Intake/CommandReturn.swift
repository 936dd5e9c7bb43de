import AMQP
import Core
import Logging

/// Puts commands back behind a delay, or buries them, before it acknowledges them.
struct CommandReturn: Sendable {
    let connection: AMQPConnection
    let names: QueueNames
    let logger: Logger

    /// - Parameters:
    ///   - failed: why starting it failed; nil when it merely has to wait.
    ///   - patient: whether it is tried again for long.
    func later(_ delivery: Delivery, _ command: RunCommand, failed: String?, patient: Bool = true) async {
        var command = command
        var queue = names.retry(command.submission.key.backend, .fiveSeconds)
        if let failed {
            command.reason = failed
            if let delay = RetryDelay.after(failures: command.failures, patient: patient) {
                queue = names.retry(command.submission.key.backend, delay)
            } else {
                queue = names.dead
            }
            command.failures += 1
        } else {
            command.putBack += 1
        }
        guard let body = try? JSONMessage.encode(command) else { return delivery.reject(requeue: true) }
        await move(delivery, body, to: queue)
    }

    func putBack(_ delivery: Delivery, _ backend: Backend, _ delay: RetryDelay) async {
        await move(delivery, delivery.message.body, to: names.retry(backend, delay))
    }

    func bury(_ delivery: Delivery) async {
        await move(delivery, delivery.message.body, to: names.dead)
    }

    private func move(_ delivery: Delivery, _ body: [UInt8], to queue: String) async {
        var message = AMQPMessage(body: body)
        message.type = delivery.message.type
        message.messageID = Nonce.random().text
        message.correlationID = delivery.message.correlationID
        message.headers[TraceParent.header] = delivery.message.headers[TraceParent.header]
        do {
            try await connection.publish(message, routingKey: queue, timeout: .seconds(30))
            delivery.acknowledge()
        } catch {
            logger.warning(
                "a command could not be moved; it stays where it was",
                metadata: ["queue": "\(queue)", "jid": "\(delivery.message.correlationID ?? "")", "error": "\(error)"])
            delivery.reject(requeue: true)
        }
    }
}
