import AMQP
import Core
import CoreMetrics
import Exposition
import Foundation
import Program
import Threads

/// The gateway's metrics: what each means, and what is read when somebody asks. docs/metrics.md says what to do with them.
struct GatewayMetrics: Sendable {
    let exposition: Exposition
    let jobs: JobFigures
    let confirmTime: any TimerHandler
    private let answers = Locked<[AnswerSeries: (any CounterHandler, any TimerHandler)]>([:])

    private static let requestBuckets: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    init() {
        exposition = Exposition([
            "pman_jobs_submitted_total": .init("Jobs that were accepted, as the log tells"),
            "pman_jobs_started_total": .init("Jobs that were seen to run"),
            "pman_jobs_finished_total": .init("Jobs with a final status, by how they ended"),
            "pman_job_queue_seconds": .init("From a job's submission to its placement on an engine"),
            "pman_job_start_seconds": .init("From a job's placement to its start"),
            "pman_job_run_seconds": .init("From a job's start to its end"),
            "pman_publish_confirm_seconds": .init(
                "How long the broker needed to confirm an entry of the log", buckets: Self.requestBuckets),
            "pman_http_requests_total": .init("Requests that were answered"),
            "pman_http_request_seconds": .init(
                "How long an answer took, without streams", buckets: Self.requestBuckets),
        ])
        jobs = JobFigures(exposition)
        confirmTime = exposition.makeTimer(label: "pman_publish_confirm_seconds", dimensions: [])
        exposition.readProcess()
    }

    /// Adds what is known elsewhere.
    func read(
        queues: QueueOverview, workers: Workers, freshness: Freshness, publishing: AMQPConnection,
        consuming: AMQPConnection
    ) {
        typealias Sample = Exposition.Sample
        jobs.beginOutcomes(queues.defaultBackend)
        func eachRow(_ name: String, _ help: String, _ value: @escaping @Sendable (QueueOverview.Row) -> Double?) {
            exposition.read(name, help) {
                ((try? await queues.rows()) ?? []).compactMap { row in
                    value(row).map { Sample($0, [("backend", row.backend.rawValue)]) }
                }
            }
        }
        exposition.read("pman_queue_messages", "Jobs in the run queue, waiting or taken and not yet settled") {
            ((try? await queues.rows()) ?? []).flatMap { row in
                [("ready", row.figures.ready), ("unacknowledged", row.figures.unacknowledged)].compactMap {
                    state, value in
                    value.map { Sample(Double($0), [("backend", row.backend.rawValue), ("state", state)]) }
                }
            }
        }
        eachRow("pman_queue_retrying", "Jobs that were put back for a while") { $0.figures.retrying.map(Double.init) }
        eachRow("pman_queue_consumers", "Consumers of the run queue") { $0.figures.consumers.map(Double.init) }
        eachRow("pman_queue_oldest_seconds", "How long the first of the waiting jobs waits") { $0.oldestSeconds ?? 0 }
        exposition.read("pman_dead_letters", "Jobs that were given up and are not settled") {
            let counts = (try? await queues.cache.deadLetterCounts()) ?? [:]
            return Set(counts.keys).union([queues.defaultBackend]).map {
                Sample(Double(counts[$0] ?? 0), [("backend", $0.rawValue)])
            }
        }
        exposition.read("pman_broker_metrics_up", "Whether the broker's own figures could be read") {
            [Sample(queues.broker.figures.problem == nil ? 1 : 0)]
        }
        EngineReadings.add(to: exposition) { workers.all().map(\.heartbeat) }
        exposition.read("pman_log_lag_events", "Entries of the log that were received and are not yet in the cache") {
            [Sample(Double(freshness.lag.events))]
        }
        exposition.read(
            "pman_log_lag_seconds",
            "How old the newest proof is that the log was read to its end, while it is asked for"
        ) {
            [Sample(freshness.lag.seconds)]
        }
        exposition.read("pman_cache_jobs", "Jobs in the cache") {
            [Sample(Double((try? await queues.cache.size().jobs) ?? 0))]
        }
        exposition.read("pman_cache_bytes", "Size of the cache's file") {
            [Sample(Double((try? await queues.cache.size().bytes) ?? 0))]
        }
        exposition.readConnections([("publishing", publishing), ("consuming", consuming)])
    }

    func answered(_ route: String, _ method: String, _ status: Int, after time: Duration) {
        let (counter, timer) = answers.withLock { answers in
            let answer = AnswerSeries(route: route, method: Self.known(method), status: status)
            if let known = answers[answer] { return known }
            let made = (
                exposition.makeCounter(
                    label: "pman_http_requests_total",
                    dimensions: [("route", route), ("method", answer.method), ("status", String(status))]),
                exposition.makeTimer(label: "pman_http_request_seconds", dimensions: [("route", route)])
            )
            answers[answer] = made
            return made
        }
        counter.increment(by: 1)
        timer.recordNanoseconds(Int64(time / .nanoseconds(1)))
    }

    /// A route, a method and a status: few, because routes are templates and other methods are one.
    private struct AnswerSeries: Hashable, Sendable {
        let route: String
        let method: String
        let status: Int
    }

    private static func known(_ method: String) -> String {
        ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"].contains(method) ? method : "other"
    }
}
