import Core
import CoreMetrics
import Foundation
import Program
import Threads

/// Counts what becomes of jobs as the log tells it, from the moment on in which this gateway has read what was there.
final class JobFigures: Sendable {
    /// Jobs a second over the last minute.
    struct Rates: Sendable {
        var submitted = 0.0
        var placed = 0.0
    }

    private struct UnderWay: Sendable {
        let placedAt: Date
        var hasStarted = false
    }

    private struct State: Sendable {
        /// Jobs that were placed and have not ended; bounded.
        var underWay: [SubmissionID: UnderWay] = [:]
        /// By second, the last minute's submissions and placements.
        var submitted: [Backend: [Int: Int]] = [:]
        var placed: [Backend: [Int: Int]] = [:]
    }

    private let factory: any MetricsFactory
    private let state = Locked(State())
    private static let maximumPlaced = 50_000
    private static let window = 60

    init(_ factory: any MetricsFactory) { self.factory = factory }

    /// Takes what was folded; `arrivals` and `results` are of the same entries.
    func note(_ arrivals: [LogArrival], _ results: [Folded]) {
        for (arrival, result) in zip(arrivals, results) where result.hasChanged {
            guard let entry = arrival.entry, let submission = result.record?.current else { continue }
            note(entry, submission)
        }
    }

    private func note(_ entry: LogEntry, _ submission: Submission) {
        let backend = submission.id.key.backend
        guard let at = Timestamps.parse(entry.writtenAt) else { return }
        switch entry.event {
        case .submitted:
            count("pman_jobs_submitted_total", backend)
            beginOutcomes(backend)
            state.withLock { $0.submitted[backend, default: [:]][Self.now, default: 0] += 1 }
        case .placed:
            state.withLock { state in
                state.placed[backend, default: [:]][Self.now, default: 0] += 1
                if state.underWay.count < Self.maximumPlaced { state.underWay[submission.id] = UnderWay(placedAt: at) }
            }
            time("pman_job_queue_seconds", backend, submission.submittedTime.flatMap(Timestamps.parse), at)
        case .status(_, _, let report) where report.status == .started:
            // Later reports of a running job say other things.
            let placedAt = state.withLock { state -> Date? in
                guard let known = state.underWay[submission.id], !known.hasStarted else { return nil }
                state.underWay[submission.id]?.hasStarted = true
                return known.placedAt
            }
            guard let placedAt else { return }
            count("pman_jobs_started_total", backend)
            time("pman_job_start_seconds", backend, placedAt, at)
        case .status, .ended:
            guard submission.isFinal else { return }
            let placed = state.withLock { $0.underWay.removeValue(forKey: submission.id) }
            factory.makeCounter(
                label: "pman_jobs_finished_total",
                dimensions: [("backend", backend.rawValue), ("outcome", Self.outcome(submission))]
            ).increment(by: 1)
            // What was so short that nobody saw it run began when it was placed.
            time(
                "pman_job_run_seconds", backend, submission.startedTime.flatMap(Timestamps.parse) ?? placed?.placedAt,
                at)
        default: break
        }
    }

    /// A counter that is not there before its first step shows no step.
    func beginOutcomes(_ backend: Backend) {
        for outcome in ["success", "error", "undefined"] {
            _ = factory.makeCounter(
                label: "pman_jobs_finished_total",
                dimensions: [("backend", backend.rawValue), ("outcome", outcome)])
        }
    }

    private static func outcome(_ submission: Submission) -> String {
        switch submission.report?.status {
        case .finishedSuccessfully: "success"
        case .undefined: "undefined"
        default: "error"
        }
    }

    private func count(_ name: String, _ backend: Backend) {
        factory.makeCounter(label: name, dimensions: [("backend", backend.rawValue)]).increment(by: 1)
    }

    /// Clocks of two machines may differ, and one may be wrong altogether: nothing took less than no time, or centuries.
    private func time(_ name: String, _ backend: Backend, _ from: Date?, _ to: Date) {
        guard let from else { return }
        factory.makeTimer(label: name, dimensions: [("backend", backend.rawValue)])
            .recordNanoseconds(Int64(min(max(0, to.timeIntervalSince(from)), 1e9) * 1e9))
    }

    /// In seconds, by a clock that nobody sets.
    private static var now: Int { Int(began.duration(to: .now) / .seconds(1)) }
    private static let began = ContinuousClock.now

    func rates(_ backend: Backend) -> Rates {
        let since = Self.now - Self.window
        return state.withLock { state in
            func rate(_ counts: inout [Int: Int]?) -> Double {
                counts = counts?.filter { $0.key > since }
                return Double(counts?.values.reduce(0, +) ?? 0) / Double(Self.window)
            }
            return Rates(submitted: rate(&state.submitted[backend]), placed: rate(&state.placed[backend]))
        }
    }
}
