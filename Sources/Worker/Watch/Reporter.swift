import AMQP
import Core
import Logging
import Program

/// Appends what became of jobs to the log.
struct Reporter: Sendable {
    let connection: AMQPConnection
    let names: QueueNames
    let engine: EngineID
    let activity: Activity
    let logger: Logger

    func status(_ submission: SubmissionID, _ object: ObjectID?, _ report: StatusReport) async {
        await append(.status(submission, object.map { Placement(engine: engine, object: $0) }, report))
        if report.status.isFinal {
            logger.info(
                "job ended",
                metadata: [
                    "jid": "\(submission.key.job)", "submission": "\(submission.label)",
                    "status": "\(report.status.rawValue)", "message": "\(report.message)",
                ])
        }
    }

    func removed(_ submission: SubmissionID, _ object: ObjectID) async {
        await append(.removed(submission, Placement(engine: engine, object: object)))
        logger.info("object removed", metadata: ["jid": "\(submission.key.job)", "object": "\(object)"])
    }

    /// Appends until the broker confirms. An event that is lost with this process is reported again by the next one,
    /// because the dispatcher asks about each object that has no final status.
    private func append(_ event: Event) async {
        // A worker does not know the log's id, and need not: an entry of its is never the first.
        let entry = LogEntry(
            id: Nonce.random().text, log: Self.anyLog,
            writtenAt: Timestamps.now(), event: event, by: "worker \(ProcessName.of(activity.session))")
        guard let message = try? AMQPMessage(entry) else { return }
        while !Task.isCancelled {
            do {
                return try await connection.publish(message, routingKey: names.results, timeout: .seconds(60))
            } catch .closed {
                return
            } catch {
                logger.warning(
                    "a status could not be appended to the log; trying again",
                    metadata: ["jid": "\(event.key?.job.text ?? "")", "error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static let anyLog = (try? Nonce("worker")) ?? .random()
}
