/// What is read first, so that an entry of a kind to come is told apart from a broken one.
struct WireHead: Decodable {
    let version: Int
    let kind: String

    enum CodingKeys: String, CodingKey {
        case version = "v"
        case kind
    }
}

/// The kinds of version 1. Their names are the AMQP `type` property.
enum WireKind: String {
    case submitted, deleted, placed, status, removed, ended, dismissed, dispatched, forgotten, marker, restored
    case checkpointStarted, snapshot, checkpointFinished
}

/// A log entry as JSON: flat, with the fields that its kind has.
struct WireEntry: Codable {
    let version: Int
    let id: String
    let log: Nonce
    let at: String
    let kind: String
    var by: String?
    var submission: SubmissionID?
    var request: JobRequest?
    var signature: SubmissionSignature?
    var submitter: String?
    var placement: Placement?
    var report: StatusReport?
    var record: JobRecord?
    var offset: LogOffset?
    var checkpoint: Nonce?

    init(version: Int, id: String, log: Nonce, at: String, kind: String) {
        self.version = version
        self.id = id
        self.log = log
        self.at = at
        self.kind = kind
    }

    enum CodingKeys: String, CodingKey {
        case version = "v"
        case id, log, at, kind, by, submission, request, signature, submitter, placement, report, record, offset,
            checkpoint
    }

    mutating func fill(from event: Event) {
        switch event {
        case .submitted(let id, let request, let acceptance):
            (submission, self.request) = (id, request)
            (signature, submitter) = (acceptance.signature, acceptance.submitter)
        case .deleted(let id): submission = id
        case .placed(let id, let placement): (submission, self.placement) = (id, placement)
        case .status(let id, let placement, let report):
            (submission, self.placement, self.report) = (id, placement, report)
        case .removed(let id, let placement): (submission, self.placement) = (id, placement)
        case .ended(let id, let report): (submission, self.report) = (id, report)
        case .dismissed(let id): submission = id
        case .dispatched(let offset), .forgotten(let offset): self.offset = offset
        case .marker: break
        case .restored(let record): self.record = record
        case .checkpointStarted(let nonce), .checkpointFinished(let nonce): checkpoint = nonce
        case .snapshot(let nonce, let record, let offset):
            (checkpoint, self.record, self.offset) = (nonce, record, offset)
        }
    }

    func event(of kind: WireKind) throws -> Event {
        switch kind {
        case .submitted:
            .submitted(
                try need(submission, .submission),
                try need(request, .request).checked(isFor: try need(submission, .submission)),
                Acceptance(signature: signature, submitter: submitter))
        case .deleted: .deleted(try need(submission, .submission))
        case .placed: .placed(try need(submission, .submission), try need(placement, .placement))
        case .status: .status(try need(submission, .submission), placement, try need(report, .report))
        case .removed: .removed(try need(submission, .submission), try need(placement, .placement))
        case .ended: .ended(try need(submission, .submission), try need(report, .report))
        case .dismissed: .dismissed(try need(submission, .submission))
        case .dispatched: .dispatched(upTo: try need(offset, .offset))
        case .forgotten: .forgotten(upTo: try need(offset, .offset))
        case .marker: .marker
        case .restored: .restored(try need(record, .record))
        case .checkpointStarted: .checkpointStarted(try need(checkpoint, .checkpoint))
        case .checkpointFinished: .checkpointFinished(try need(checkpoint, .checkpoint))
        case .snapshot:
            .snapshot(
                try need(checkpoint, .checkpoint), try need(record, .record), asOf: try need(offset, .offset))
        }
    }

    private func need<Value>(_ value: Value?, _ key: CodingKeys) throws -> Value {
        guard let value else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: [], debugDescription: "a log entry of kind \(kind) needs it"))
        }
        return value
    }
}

extension Event {
    var wireKind: WireKind {
        switch self {
        case .submitted: .submitted
        case .deleted: .deleted
        case .placed: .placed
        case .status: .status
        case .removed: .removed
        case .ended: .ended
        case .dismissed: .dismissed
        case .dispatched: .dispatched
        case .forgotten: .forgotten
        case .marker: .marker
        case .restored: .restored
        case .checkpointStarted: .checkpointStarted
        case .snapshot: .snapshot
        case .checkpointFinished: .checkpointFinished
        }
    }
}
