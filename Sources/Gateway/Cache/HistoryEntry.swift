import Core

/// One thing that happened to a job, as the log tells it; without the output.
struct HistoryEntry: Sendable, Equatable, Codable {
    /// The log and the offset in it, by which any gateway finds the place again.
    let id: LogPlace
    let at: String
    let kind: String
    let generation: Int
    let by: String?
    var engine: String?
    var object: String?
    var attempt: Int?
    var status: JobStatus?
    var message: String?
    var exitCode: Int?
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case id, at, kind, generation, by, engine, object, attempt, status, message, reason
        case exitCode = "exit_code"
    }

    /// - Parameter record: as the entry left it.
    /// - Returns: nil for what is not about the job that clients see.
    init?(_ entry: LogEntry, at place: LogPlace, leaving record: JobRecord) {
        var generation: Int? = entry.event.submission?.generation
        switch entry.event {
        case .restored, .snapshot: generation = record.current?.id.generation
        case .deleted: break
        default: guard entry.event.submission == record.current?.id else { return nil }
        }
        guard let generation else { return nil }
        self.generation = generation
        id = place
        at = entry.writtenAt
        by = entry.by
        kind = if case .snapshot = entry.event { "restored" } else { entry.kind }
        switch entry.event {
        case .placed(_, let placement), .removed(_, let placement): note(placement)
        case .status(_, let placement, let report):
            note(placement)
            note(report)
        case .ended(_, let report): note(report)
        case .restored, .snapshot:
            note(record.current?.placement)
            note(record.current?.report)
        default: break
        }
    }

    private mutating func note(_ placement: Placement?) {
        engine = placement?.engine.text
        object = placement?.object.text
    }

    private mutating func note(_ report: StatusReport?) {
        status = report?.status
        message = report?.message.forMessage(limit: 2_000)
        exitCode = report?.exitCode
        attempt = report?.attempt
        reason = report?.cause?.text
    }
}
