import AMQP
import Core
import Logging
import ServiceLifecycle

/// Answers gateways that ask for the output of a running job: for its newest lines, or for all that comes.
struct LiveOutput: Service {
    let consuming: AMQPConnection
    let publishing: AMQPConnection
    let names: QueueNames
    let engineID: EngineID
    let engine: any Engine
    let streams: FollowedStreams
    let logger: Logger

    func run() async throws {
        var options = ConsumerOptions(queue: names.live(engineID), prefetch: 4)
        options.automaticAcknowledgement = false
        let consumer = consuming.consume(options)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await event in consumer {
                    guard case .delivery(let delivery) = event else { continue }
                    if delivery.message.type == FollowRequest.kind {
                        delivery.acknowledge()
                        group.addTask { await follow(delivery.message) }
                        continue
                    }
                    group.addTask {
                        await answer(delivery)
                        delivery.acknowledge()
                    }
                }
                streams.endAll()
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
    }

    private func follow(_ message: AMQPMessage) async {
        guard let replyTo = message.replyTo,
            let request = try? JSONMessage.decode(FollowRequest.self, from: message.body)
        else { return }
        await streams.follow(request, replyTo: replyTo)
    }

    private func answer(_ delivery: Delivery) async {
        guard let replyTo = delivery.message.replyTo,
            let request = try? JSONMessage.decode(LiveRequest.self, from: delivery.message.body),
            let logs = try? await engine.tail(of: request.object),
            let body = try? JSONMessage.encode(LiveTail(logs: logs))
        else { return }
        var reply = AMQPMessage(body: body)
        reply.type = "tail"
        reply.correlationID = delivery.message.correlationID
        reply.persistent = false
        publishing.send(reply, routingKey: replyTo)
    }
}
