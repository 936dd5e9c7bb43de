public import AMQP
public import Core

/// The queues of the protocol as they are declared; docs/protocol.md is the same in words.
///
/// Arguments cannot be changed once a queue exists (the broker refuses the declaration with 406), so what an operator
/// may want to change is left to policies.
public enum PmanTopology {
    /// How often a command may be delivered before the broker gives it up.
    public static let deliveryLimit: Int64 = 20

    /// The log.
    /// - Parameters:
    ///   - maximumAge: RabbitMQ's form, for example `30D`.
    ///   - maximumBytes: when the oldest segments are dropped.
    public static func results(_ names: QueueNames, maximumAge: String, maximumBytes: Int64) -> QueueDeclaration {
        QueueDeclaration(
            name: names.results,
            arguments: [
                "x-queue-type": .string("stream"), "x-max-age": .string(maximumAge),
                "x-max-length-bytes": .int(maximumBytes),
                "x-stream-max-segment-size-bytes": .int(100_000_000),
            ])
    }

    /// The run queue of a backend with its retry queues.
    public static func run(_ names: QueueNames, _ backend: Backend) -> [QueueDeclaration] {
        let run = QueueDeclaration(
            name: names.run(backend),
            arguments: [
                "x-queue-type": .string("quorum"), "x-delivery-limit": .int(deliveryLimit),
                "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string(names.dead),
                "x-dead-letter-strategy": .string("at-least-once"), "x-overflow": .string("reject-publish"),
            ])
        let retries = RetryDelay.allCases.map { delay in
            QueueDeclaration(
                name: names.retry(backend, delay),
                arguments: [
                    "x-queue-type": .string("quorum"), "x-message-ttl": .int(delay.milliseconds),
                    "x-dead-letter-exchange": .string(""), "x-dead-letter-routing-key": .string(names.run(backend)),
                    "x-dead-letter-strategy": .string("at-least-once"), "x-overflow": .string("reject-publish"),
                ])
        }
        return [run] + retries
    }

    /// Commands that the broker gave up. Its active consumer is the dispatcher.
    public static func dead(_ names: QueueNames) -> QueueDeclaration {
        QueueDeclaration(
            name: names.dead,
            arguments: ["x-queue-type": .string("quorum"), "x-single-active-consumer": .bool(true)])
    }

    /// What must reach one engine. Its active consumer is the engine's active worker.
    public static func control(_ names: QueueNames, _ engine: EngineID) -> QueueDeclaration {
        QueueDeclaration(
            name: names.control(engine),
            arguments: [
                "x-queue-type": .string("quorum"), "x-single-active-consumer": .bool(true),
                "x-delivery-limit": .int(deliveryLimit),
            ])
    }

    /// Questions whether an object may start.
    public static func go(_ names: QueueNames) -> QueueDeclaration {
        QueueDeclaration(name: names.go, durable: false, arguments: ["x-message-ttl": .int(10_000)])
    }

    /// Requests for fresh output.
    public static func live(_ names: QueueNames, _ engine: EngineID) -> QueueDeclaration {
        QueueDeclaration(
            name: names.live(engine), durable: false, autoDelete: true,
            arguments: ["x-message-ttl": .int(5_000), "x-max-length": .int(1_000)])
    }

    /// What one program hears of followed output. Credit bounds it; the limit is for a program that stands still.
    public static func streams(_ names: QueueNames, _ program: Nonce) -> QueueDeclaration {
        QueueDeclaration(
            name: names.streams(program), durable: false, exclusive: true, autoDelete: true,
            arguments: ["x-message-ttl": .int(30_000), "x-max-length-bytes": .int(64 << 20)])
    }

    public static func heartbeats(_ names: QueueNames) -> ExchangeDeclaration {
        ExchangeDeclaration(name: names.heartbeats, kind: "fanout", durable: false, autoDelete: false)
    }
}
