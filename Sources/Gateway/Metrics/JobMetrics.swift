import Core
import Foundation
import Metrics
import Program
import Threads

/// Counts what becomes of jobs, as their entries come in from the log.
///
/// Not while the log is being read for the first time: rates would jump each time that a gateway starts. All times are
/// differences of the clocks of those who wrote the entries.
final class JobMetrics: Sendable {
    private let placedTimes = Locked<[SubmissionID: Date]>([:])
    /// Of jobs that are allowed to start and have not been heard of since; beyond it their times are not measured.
    private static let maximumPlaced = 10_000

    func note(_ arrivals: [LogArrival], _ results: [Folded]) {
        for (arrival, folded) in zip(arrivals, results) where folded.hasChanged {
            guard let entry = arrival.entry, let current = folded.record?.current else { continue }
            switch entry.event {
            case .submitted(let id, _):
                Counter(label: "pman_jobs_submitted_total", dimensions: [backend(id)]).increment()
            case .placed(let id, _): notePlaced(id, current, entry.writtenAt)
            case .status(let id, _, let report), .ended(let id, let report):
                noteReport(id, current, report, entry.writtenAt)
            default: break
            }
        }
    }

    private func notePlaced(_ id: SubmissionID, _ current: Submission, _ writtenAt: String) {
        guard let placed = Timestamps.parse(writtenAt) else { return }
        placedTimes.withLock { times in
            if times.count < Self.maximumPlaced { times[id] = placed }
        }
        record("pman_job_queue_seconds", id, from: current.submittedTime.flatMap(Timestamps.parse), to: placed)
    }

    private func noteReport(_ id: SubmissionID, _ current: Submission, _ report: StatusReport, _ writtenAt: String) {
        guard report.status != .notstarted else { return }
        let started = current.startedTime.flatMap(Timestamps.parse)
        if let placed = placedTimes.withLock({ $0.removeValue(forKey: id) }) {
            record("pman_job_start_seconds", id, from: placed, to: started ?? Timestamps.parse(writtenAt))
        }
        guard report.status.isFinal else { return }
        let outcome =
            switch report.status {
            case .finishedSuccessfully: "success"
            case .undefined: "undefined"
            default: "error"
            }
        Counter(label: "pman_jobs_finished_total", dimensions: [backend(id), ("outcome", outcome)]).increment()
        let ended = (report.timestamp ?? writtenAt).forMessage
        record("pman_job_run_seconds", id, from: started, to: Timestamps.parse(ended))
    }

    private func backend(_ id: SubmissionID) -> (String, String) { ("backend", id.key.backend.rawValue) }

    private func record(_ name: String, _ id: SubmissionID, from: Date?, to: Date?) {
        guard let from, let to else { return }
        // Two machines' clocks may differ; a negative time would make the sum fall.
        Recorder(label: name, dimensions: [backend(id)], aggregate: true).record(max(0, to.timeIntervalSince(from)))
    }
}
