import AMQP
import Core
import Logging
import ServiceLifecycle

/// Answers gateways that ask for the newest output of a running job.
struct LiveOutput: Service {
    let consuming: AMQPConnection
    let publishing: AMQPConnection
    let names: QueueNames
    let engineID: EngineID
    let engine: any Engine
    let logger: Logger

    func run() async throws {
        var options = ConsumerOptions(queue: names.live(engineID), prefetch: 4)
        options.automaticAcknowledgement = false
        let consumer = consuming.consume(options)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await event in consumer {
                    guard case .delivery(let delivery) = event else { continue }
                    group.addTask {
                        await answer(delivery)
                        delivery.acknowledge()
                    }
                }
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
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
