import AMQP
import Core
import CoreMetrics
import Logging
import Program
import ServiceLifecycle
import Threads

/// Takes run commands while there is room, and places what they ask for.
final class Intake: Service {
    private let connection: AMQPConnection
    private let commands: CommandReturn
    private let names: QueueNames
    private let backend: Backend
    private let signingKeys: SigningKeys?
    private let placing: Placing
    private let activity: Activity
    private let logger: Logger
    /// Counts attempts by what came of them.
    static let attempts = "pman_job_attempts_total"
    /// How many commands are worked on at once.
    static let width: UInt16 = 8
    /// How long a command waits here for room before others may have it.
    private static let wait: Duration = .seconds(4)

    init(
        connection: AMQPConnection, commands: CommandReturn, names: QueueNames, backend: Backend,
        signingKeys: SigningKeys?, placing: Placing, activity: Activity, logger: Logger
    ) {
        self.connection = connection
        self.commands = commands
        self.names = names
        self.backend = backend
        self.signingKeys = signingKeys
        self.placing = placing
        self.activity = activity
        self.logger = logger
    }

    func run() async throws {
        let consumer = connection.consume(ConsumerOptions(queue: names.run(backend), prefetch: Self.width))
        let quiet = QuietSpell(patience: .seconds(10))
        let draining = Locked(false)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.steer(consumer) }
                group.addTask { await self.keepFlowing(consumer, quiet) }
                // What is being placed is settled before this returns; nothing else is begun.
                await withDiscardingTaskGroup { placings in
                    for await event in consumer {
                        quiet.end()
                        guard case .delivery(let delivery) = event else { continue }
                        if draining.withLock({ $0 }) {
                            delivery.reject(requeue: true)
                        } else {
                            placings.addTask { await self.handle(delivery) }
                        }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            draining.withLock { $0 = true }
            consumer.cancel()
            self.placing.admission.close()
        }
    }

    /// Takes commands only while this worker may: it is the active one, its engine answers and has room.
    private func steer(_ consumer: Consumer) async {
        var taking = true
        let bells = [placing.health.changes(), placing.admission.changes(), activity.changes()]
        await withDiscardingTaskGroup { group in
            let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            for changes in bells {
                group.addTask { for await _ in changes { ring.yield() } }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(250))
                    self.placing.admission.expire()
                }
                ring.finish()
            }
            ring.yield()
            for await _ in bell {
                let may = mayTake
                guard may != taking else { continue }
                taking = may
                if may { consumer.resume() } else { consumer.pause() }
            }
            group.cancelAll()
        }
    }

    /// Looks again when commands wait, this worker wants them, and none comes.
    private func keepFlowing(_ consumer: Consumer, _ quiet: QuietSpell) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            guard consumer.isRegistered, placing.inFlight.all.isEmpty else {
                quiet.end()
                continue
            }
            guard quiet.isTooLong(),
                let counts = try? await connection.inspect(queue: names.run(backend), timeout: .seconds(2)),
                counts.ready > 0
            else { continue }
            logger.warning(
                "jobs wait and the broker does not send them: subscribing anew", metadata: ["jobs": "\(counts.ready)"])
            consumer.subscribeAnew()
        }
    }

    private var mayTake: Bool {
        placing.health.isReachable
            && (placing.engine.queuesByItself
                || (activity.isActive && placing.admission.hasRoom(session: activity.session)))
    }

    private func handle(_ delivery: Delivery) async {
        let command: RunCommand
        do {
            command = try JSONMessage.decode(RunCommand.self, from: delivery.message.body)
        } catch {
            guard !MessageHead.isNewer(delivery.message.body) else {
                logger.warning(
                    "a run command of a newer version is left for newer workers; upgrade this one",
                    metadata: ["jid": "\(delivery.message.correlationID ?? "")"])
                return await commands.putBack(delivery, backend, .twoMinutes)
            }
            logger.error(
                "a run command cannot be read; it goes to the dead letters",
                metadata: ["jid": "\(delivery.message.correlationID ?? "")", "error": "\(error)"])
            return await commands.bury(delivery)
        }
        let submission = command.submission
        let metadata: Logger.Metadata = ["jid": "\(submission.key.job)", "submission": "\(submission.label)"]
        if let signingKeys, !signingKeys.verify(command.signature, submission, command.request) {
            logger.error(
                "a run command is not signed by a key of SIGNING_KEY_FILE; it is not run", metadata: metadata)
            return await refuse(
                command, "not run: no gateway that has one of this worker's keys has signed it (SIGNING_KEY_FILE)",
                .refused, delivery)
        }
        guard placing.inFlight.begin(submission) else { return delivery.acknowledge() }
        defer { placing.inFlight.end(submission) }
        guard mayTakeAtAll else { return await commands.later(delivery, command, failed: nil) }
        switch await placing.admission.enter(
            submission, command.request.resources, putBack: command.putBack, wait: Self.wait, session: activity.session)
        {
        case .granted: break
        case .full:
            count("full")
            return await commands.later(delivery, command, failed: nil)
        case .never(let reason):
            return await refuse(command, reason, .tooLarge, delivery)
        }
        do throws(EngineTrouble) {
            switch try await placing.place(submission, command.request, accepted: { delivery.acknowledge() }) {
            case .settled:
                count("settled")
                // Nobody tells this worker when the job leaves the engine.
                if !activity.isActive { placing.admission.leave(submission) }
            case .later(let reason):
                count("put_back")
                logger.info("a job is put back", metadata: metadata.merging(["reason": "\(reason)"]) { $1 })
                placing.admission.leave(submission)
                await commands.later(delivery, command, failed: nil)
            case .failed(let reason):
                count("failed")
                placing.admission.leave(submission)
                await commands.later(delivery, command, failed: reason)
            }
        } catch {
            placing.admission.leave(submission)
            placing.health.note(error)
            await settle(error, delivery, command, metadata)
        }
    }

    private func refuse(_ command: RunCommand, _ reason: String, _ cause: ReportCause, _ delivery: Delivery) async {
        count("refused")
        await placing.reporter.status(
            command.submission, nil,
            StatusReport(status: .finishedWithError, message: reason, timestamp: Timestamps.now(), cause: cause))
        delivery.acknowledge()
    }

    /// Says why a job waits, when it will be tried again.
    private func tellRetry(_ command: RunCommand, _ reason: String, patient: Bool) async {
        guard let delay = RetryDelay.after(failures: command.failures, patient: patient) else { return }
        let attempt = command.failures + 1
        await placing.reporter.status(
            command.submission, nil,
            StatusReport(
                status: .notstarted,
                message:
                    "queued: attempt \(attempt) failed: \(reason.forMessage(limit: 300)); the next one comes in \(delay.milliseconds / 1000) s",
                attempt: attempt))
    }

    private func count(_ outcome: String) {
        Counter(label: Self.attempts, dimensions: [("backend", backend.rawValue), ("outcome", outcome)]).increment()
    }

    private var mayTakeAtAll: Bool {
        placing.health.isReachable && (placing.engine.queuesByItself || activity.isActive)
    }

    private func settle(
        _ trouble: EngineTrouble, _ delivery: Delivery, _ command: RunCommand, _ metadata: Logger.Metadata
    ) async {
        let metadata = metadata.merging(["reason": "\(trouble)"]) { $1 }
        switch trouble {
        case .permanent: count("refused")
        case .transient, .shortlyTransient: count("failed")
        case .preparing, .away: count("put_back")
        }
        switch trouble {
        case .permanent(let reason):
            logger.info("a job cannot run", metadata: metadata)
            await placing.reporter.status(
                command.submission, nil,
                StatusReport(
                    status: .finishedWithError, message: reason, timestamp: Timestamps.now(), cause: .refused,
                    attempt: command.failures + 1))
            delivery.acknowledge()
        case .transient(let reason):
            logger.warning("a job could not be started; trying again later", metadata: metadata)
            await tellRetry(command, reason, patient: true)
            await commands.later(delivery, command, failed: reason)
        case .shortlyTransient(let reason):
            logger.warning("a job could not be started; trying again soon", metadata: metadata)
            await tellRetry(command, reason, patient: false)
            await commands.later(delivery, command, failed: reason, patient: false)
        case .preparing(let message):
            await placing.reporter.status(
                command.submission, nil, StatusReport(status: .notstarted, message: message))
            await commands.later(delivery, command, failed: nil)
        case .away:
            await commands.later(delivery, command, failed: nil)
        }
    }
}
