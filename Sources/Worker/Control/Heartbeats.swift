import AMQP
import Core
import Logging
import Program
import ServiceLifecycle

/// Tells the gateways every few seconds who this worker is.
struct Heartbeats: Service {
    let connection: AMQPConnection
    let names: QueueNames
    let backend: Backend
    let engineID: EngineID
    let storageType: String
    let activity: Activity
    let health: EngineHealth
    let admission: Admission
    /// `JOB_LABELS`.
    let labels: [String: String]

    func run() async throws {
        let bells = [activity.changes(), health.changes()]
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for bell in bells {
                    group.addTask { for await _ in bell { beat() } }
                }
                group.addTask {
                    while !Task.isCancelled {
                        beat()
                        try? await Task.sleep(for: .seconds(3))
                    }
                }
            }
        }
    }

    /// What this worker would say of itself now.
    var now: Heartbeat {
        var heartbeat = Heartbeat(
            backend: backend, engine: engineID, session: activity.session, active: activity.isActive,
            storageType: storageType, program: ProgramRunner.version, unreachable: health.complaint,
            running: admission.running)
        heartbeat.name = ProcessName.of(activity.session)
        heartbeat.slots = admission.slots
        heartbeat.capacity = admission.capacity
        heartbeat.free = admission.free
        heartbeat.labels = labels
        return heartbeat
    }

    private func beat() {
        guard let body = try? JSONMessage.encode(now) else { return }
        var message = AMQPMessage(body: body)
        message.type = "heartbeat"
        message.persistent = false
        connection.send(message, exchange: names.heartbeats, routingKey: "")
    }
}
