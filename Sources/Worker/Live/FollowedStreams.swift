import AMQP
import Core
import Logging
import ServiceLifecycle
import Threads

/// Sends the output of running jobs to the gateways that follow it, as long as they renew their interest.
final class FollowedStreams: Service {
    private let consuming: AMQPConnection
    private let publishing: AMQPConnection
    private let engine: any Engine
    private let logger: Logger
    /// Where this worker hears of its streams.
    let queue: String
    private let leases = Locked<[Nonce: FollowLease]>([:])
    static let maximumStreams = 64

    init(
        consuming: AMQPConnection, publishing: AMQPConnection, queue: String, engine: any Engine, logger: Logger
    ) {
        self.consuming = consuming
        self.publishing = publishing
        self.queue = queue
        self.engine = engine
        self.logger = logger
    }

    /// Listens to renewals.
    func run() async throws {
        var options = ConsumerOptions(queue: queue, prefetch: 100)
        options.automaticAcknowledgement = true
        let consumer = consuming.consume(options)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(1))
                        self.endWhatRanOut()
                    }
                }
                for await event in consumer {
                    guard case .delivery(let delivery) = event,
                        let renewal = try? JSONMessage.decode(FollowRenewal.self, from: delivery.message.body)
                    else { continue }
                    take(renewal, delivery.message.replyTo)
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
    }

    private func take(_ renewal: FollowRenewal, _ replyTo: String?) {
        let lease = leases.withLock { $0[renewal.stream] }
        guard let lease else {
            if !renewal.stop, let replyTo {
                let reason = "the worker has no such stream any more"
                send(StreamSender(stream: renewal.stream, worker: queue).failed(reason), to: replyTo)
            }
            return
        }
        renewal.stop ? lease.end() : lease.renew(received: renewal.received)
    }

    private func endWhatRanOut() {
        for lease in leases.withLock({ Array($0.values) }) where lease.hasRunOut() { lease.end() }
    }

    /// Ends all streams; the gateways ask again, elsewhere.
    func endAll() {
        for lease in leases.withLock({ Array($0.values) }) { lease.end() }
    }

    /// Follows an object's output until it ends or nobody wants it any more.
    func follow(_ request: FollowRequest, replyTo: String) async {
        let lease = FollowLease()
        let refusal = leases.withLock { leases -> String? in
            guard leases[request.stream] == nil else { return "the stream is there already" }
            guard leases.count < Self.maximumStreams else {
                return "the worker follows \(Self.maximumStreams) jobs already, which is all it takes"
            }
            leases[request.stream] = lease
            return nil
        }
        let sender = StreamSender(stream: request.stream, worker: queue)
        guard refusal == nil, let engine = engine as? any FollowsOutput else {
            return send(sender.failed(refusal ?? "the output of this engine cannot be followed"), to: replyTo)
        }
        let metadata: Logger.Metadata = [
            "jid": "\(request.submission.key.job)", "stream": "\(request.stream)",
        ]
        logger.debug("following the output", metadata: metadata)
        await StreamRun(request: request, engine: engine, lease: lease, sender: sender) { self.send($0, to: replyTo) }
            .run()
        leases.withLock { $0[request.stream] = nil }
        logger.debug("no longer following the output", metadata: metadata)
    }

    private func send(_ update: FollowUpdate, to queue: String) {
        guard let body = try? JSONMessage.encode(update) else { return }
        var message = AMQPMessage(body: body)
        message.type = FollowUpdate.kind
        message.correlationID = update.stream.text
        message.persistent = false
        publishing.send(message, routingKey: queue)
    }
}
