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
        let (id, writtenAt) = (Nonce.random().text, Timestamps.now())
        let metadata: Logger.Metadata = ["jid": "\(event.key?.job.text ?? "")"]
        var event = event
        while !Task.isCancelled {
            // A worker does not know the log's id, and need not: an entry of its is never the first.
            let entry = LogEntry(
                id: id, log: Self.anyLog, writtenAt: writtenAt, event: event,
                by: "worker \(ProcessName.of(activity.session))")
            guard let message = try? AMQPMessage(entry) else { return }
            do {
                return try await connection.publish(message, routingKey: names.results, timeout: .seconds(60))
            } catch .closed {
                return
            } catch {
                if let limit = error.messageSizeLimit, message.body.count > limit,
                    let shorter = event.withLessOutput(bytes: message.body.count, limit: limit)
                {
                    logger.warning(
                        "a job's output is more than the broker takes in a message and is cut: lower JOB_LOGS_MAX_BYTES",
                        metadata: metadata.merging(["max_message_size": "\(limit)"]) { $1 })
                    event = shorter
                    continue
                }
                logger.warning(
                    "a status could not be appended to the log; trying again",
                    metadata: metadata.merging(["error": "\(error)"]) { $1 })
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static let anyLog = (try? Nonce("worker")) ?? .random()
}

extension Event {
    /// The same with the last part of the output only.
    /// - Parameters:
    ///   - bytes: how long the whole message is.
    ///   - limit: how long it may be.
    /// - Returns: nil where there is no output to leave out.
    fileprivate func withLessOutput(bytes: Int, limit: Int) -> Event? {
        guard case .status(let submission, let placement, var report) = self, let logs = report.logs, !logs.isEmpty
        else { return nil }
        // Bytes of output can be longer in a message, so it may take more than one turn.
        var tail = LogTail(maximumLines: nil, maximumBytes: min(logs.utf8.count / 2, logs.utf8.count * limit / bytes))
        tail.append(Array(logs.utf8))
        report.logs = tail.text
        return .status(submission, placement, report)
    }
}
