import Core

/// Tells why jobs wait, by what the workers said lately.
struct WaitingReasons: Sendable {
    private let heartbeats: [Heartbeat]

    init(_ workers: Workers) { heartbeats = workers.all().map(\.heartbeat) }

    /// - Returns: nil for a job that has started.
    func reason(_ submission: Submission) -> Waiting? {
        guard submission.report?.status.rank ?? 0 == 0 else { return nil }
        let backend = submission.id.key.backend
        var heard = heartbeats.filter { $0.backend == backend }
        if let engine = submission.placement?.engine { heard = heard.filter { $0.engine == engine } }
        guard !heard.isEmpty else {
            return Waiting(
                reason: .noWorker, text: "queued: no worker of backend \(backend.rawValue) is connected")
        }
        let complaints = heard.compactMap(\.unreachable)
        if complaints.count == heard.count, let complaint = complaints.min() {
            return Waiting(reason: .engineUnreachable, text: "waiting: \(complaint.forMessage(limit: 300))")
        }
        let text = submission.report?.message
        if submission.placement != nil { return Waiting(reason: .scheduler, text: text ?? "created") }
        if let text, text.hasPrefix("pulling") { return Waiting(reason: .pulling, text: text) }
        return Waiting(reason: .queued, text: text ?? "queued")
    }
}
