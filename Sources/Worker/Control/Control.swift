import AMQP
import Core
import Logging
import Program
import ServiceLifecycle

/// Carries out what must reach the engine that has a job, and finds out whether this worker is the engine's active one.
final class Control: Service {
    private let consuming: AMQPConnection
    private let publishing: AMQPConnection
    private let names: QueueNames
    private let engineID: EngineID
    private let placing: Placing
    private let activity: Activity
    private let logger: Logger
    private static let lanes = 8

    init(
        consuming: AMQPConnection, publishing: AMQPConnection, names: QueueNames, engineID: EngineID,
        placing: Placing, activity: Activity, logger: Logger
    ) {
        self.consuming = consuming
        self.publishing = publishing
        self.names = names
        self.engineID = engineID
        self.placing = placing
        self.activity = activity
        self.logger = logger
    }

    func run() async throws {
        let consumer = consuming.consume(ConsumerOptions(queue: names.control(engineID), prefetch: 10))
        // Its own pings come every two seconds, unless another worker is the active one.
        let quiet = QuietSpell(patience: .seconds(15))
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        await self.ping()
                        try? await Task.sleep(for: .seconds(2))
                        self.activity.expire()
                        if consumer.isRegistered, quiet.isTooLong() { consumer.subscribeAnew() }
                    }
                }
                let changes = activity.changes()
                group.addTask { for await _ in changes { self.tellActivity() } }
                // What was begun is finished before this returns.
                await withDiscardingTaskGroup { commands in
                    for await event in consumer {
                        quiet.end()
                        switch event {
                        case .registered: group.addTask { await self.ping() }
                        case .interrupted: activity.interrupted()
                        case .delivery(let delivery):
                            activity.received()
                            commands.addTask { await self.handle(delivery) }
                        }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            consumer.cancel()
        }
    }

    private func tellActivity() {
        logger.info(activity.isActive ? "this worker is its engine's active one" : "this worker stands by")
    }

    private func ping() async {
        guard let body = try? JSONMessage.encode(ControlCommand(kind: .ping, session: activity.session)) else { return }
        var message = AMQPMessage(body: body)
        message.type = ControlCommand.Kind.ping.rawValue
        message.persistent = false
        message.expiration = .seconds(5)
        try? await publishing.publish(message, routingKey: names.control(engineID), timeout: .seconds(3))
    }

    private func handle(_ delivery: Delivery) async {
        // What cannot be done now is asked for again by the dispatcher, so nothing is ever put back here.
        defer { delivery.acknowledge() }
        guard let command = try? JSONMessage.decode(ControlCommand.self, from: delivery.message.body) else {
            logger.error("a control command cannot be read", metadata: ["type": "\(delivery.message.type ?? "")"])
            return
        }
        guard command.kind != .ping else { return }
        await withDiscardingTaskGroup { group in
            // Interleaved into a few lanes: a command may name a hundred objects.
            for lane in 0..<Self.lanes {
                group.addTask {
                    for index in stride(from: lane, to: command.subjects.count, by: Self.lanes) {
                        await self.carryOut(command, command.subjects[index])
                    }
                }
            }
        }
    }

    private func carryOut(_ command: ControlCommand, _ subject: ControlCommand.Subject) async {
        do throws(EngineTrouble) {
            switch command.kind {
            case .ping: break
            case .remove: try await remove(subject)
            case .check where command.onlyGone == true: try await reportIfGone(subject)
            case .check: try await placing.watch.check(subject.object, subject.submission)
            case .start: try await takeOver(subject)
            }
            placing.health.note(nil)
        } catch {
            placing.health.note(error)
            logger.warning(
                "a control command could not be carried out",
                metadata: [
                    "jid": "\(subject.submission.key.job)", "command": "\(command.kind.rawValue)", "reason": "\(error)",
                ])
        }
    }

    /// The log knows how the job ended: all that is wanted is whether the engine still has it.
    private func reportIfGone(_ subject: ControlCommand.Subject) async throws(EngineTrouble) {
        let found = try await placing.engine.find(subject.submission)
        guard !found.contains(where: { $0.id == subject.object }) else { return }
        try await placing.watch.check(subject.object, subject.submission)
    }

    private func remove(_ subject: ControlCommand.Subject) async throws(EngineTrouble) {
        _ = try await placing.engine.remove(subject.object, of: subject.submission)
        placing.admission.leave(subject.submission)
        placing.watch.forget(subject.object)
        await placing.reporter.removed(subject.submission, subject.object)
    }

    /// The object was allowed to start and nothing has been heard of it since.
    private func takeOver(_ subject: ControlCommand.Subject) async throws(EngineTrouble) {
        guard placing.inFlight.begin(subject.submission) else { return }
        defer { placing.inFlight.end(subject.submission) }
        guard try await placing.engine.report(on: subject.object) != nil else {
            return try await placing.watch.check(subject.object, subject.submission)
        }
        logger.notice("taking over a start", metadata: ["jid": "\(subject.submission.key.job)"])
        placing.watch.tellAgain(subject.object)
        _ = try await placing.askAndStart(
            subject.submission, HeldObject(id: subject.object, name: nil), accepted: {})
    }
}
