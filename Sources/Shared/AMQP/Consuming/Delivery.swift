import Threads

/// A message that a consumer was given, to be acknowledged or rejected once (unless acknowledgement is automatic).
public struct Delivery: Sendable {
    public let message: AMQPMessage
    /// Where the consumer read it.
    public let queue: String
    /// Where it was published.
    public let exchange: String
    public let routingKey: String
    /// It was delivered before, to somebody who did not settle it.
    public let redelivered: Bool
    /// Which subscription it came on: that of the last `ConsumerEvent.registered` before it.
    public let generation: UInt64
    /// Counts up from 1 within a generation.
    public let tag: UInt64

    private let consumer: UInt64
    private let core: ConnectionCore

    init(_ incoming: IncomingMessage, queue: String, generation: UInt64, consumer: UInt64, core: ConnectionCore) {
        message = incoming.message
        self.queue = queue
        exchange = incoming.exchange
        routingKey = incoming.routingKey
        redelivered = incoming.redelivered
        self.generation = generation
        tag = incoming.tag
        self.consumer = consumer
        self.core = core
    }

    /// How often a quorum queue delivered it before; 0 elsewhere.
    public var deliveryCount: Int { number("x-delivery-count").map { Int($0) } ?? 0 }

    /// Its place in the stream, when it comes from one.
    public var streamOffset: Int64? { number("x-stream-offset") }

    /// Tells the broker that this message is done with. Does not block, and does nothing when it is settled already or
    /// came on a channel that is lost.
    /// - Parameter multiple: also all earlier ones of this generation that are not settled.
    public func acknowledge(multiple: Bool = false) { settle(.acknowledge(multiple: multiple)) }

    /// Gives the message back, or away (to the dead letter exchange, if there is one). Otherwise as `acknowledge`.
    public func reject(requeue: Bool) { settle(.reject(requeue: requeue)) }

    /// The channel that it came on still lives, as far as is known: settling it has an effect.
    public var isCurrent: Bool {
        core.shared.withLock { $0.machine.isCurrent(consumer, generation: generation) }
    }

    private func number(_ header: String) -> Int64? {
        guard case .int(let number) = message.headers[header] else { return nil }
        return number
    }

    private func settle(_ settlement: Settlement) {
        core.apply { shared, _ in
            shared.machine.settle(consumer, generation: generation, tag: tag, settlement)
        }
    }
}
