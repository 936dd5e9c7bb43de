import AMQP
import Core
import Exposition
import Foundation
import Program

/// What a gateway tells Prometheus; docs/metrics.md says what each means.
struct GatewayMetrics: Sendable {
    let cache: Cache
    let workers: Workers
    let follower: LogFollower
    let freshness: Freshness
    let consuming: AMQPConnection
    let names: QueueNames
    let defaultBackend: Backend
    private static let patience: Duration = .seconds(2)

    static func describe(_ exposition: Exposition) {
        exposition.describe("pman_jobs_submitted_total", .counter, help: "Jobs accepted.")
        exposition.describe("pman_jobs_finished_total", .counter, help: "Jobs with a final status, by outcome.")
        exposition.describe("pman_job_queue_seconds", .histogram, help: "From submission until an engine was chosen.")
        exposition.describe("pman_job_start_seconds", .histogram, help: "From the choice of an engine until the start.")
        exposition.describe("pman_job_run_seconds", .histogram, help: "From start to end.")
        exposition.describe("pman_publish_confirm_seconds", .histogram, help: "Until the broker confirmed an entry.")
        exposition.describe("pman_http_requests_total", .counter, help: "HTTP requests answered.")
        exposition.describe("pman_http_request_seconds", .histogram, help: "Until the head of the answer.")
        exposition.collectProcess()
    }

    func register(in exposition: Exposition) {
        exposition.collect("pman_queue_messages", help: "Jobs that wait for an engine.") { await messages() }
        exposition.collect("pman_queue_consumers", help: "Workers that take jobs.") {
            await counts().map { Sample([("backend", $0.rawValue)], Double($1.consumers)) }
        }
        exposition.collect("pman_queue_oldest_seconds", help: "Age of the oldest job that waits; 0 without one.") {
            let now = Date.now.timeIntervalSince1970
            let waiting = await waiting()
            return backends.map { backend in
                let oldest = waiting[backend.rawValue]?.oldest ?? 0
                return Sample([("backend", backend.rawValue)], oldest > 0 ? max(0, now - oldest) : 0)
            }
        }
        exposition.collect("pman_dead_letters", help: "Jobs that ended because nobody could start or read them.") {
            guard let counts = try? await cache.deadLetterCounts() else { return [] }
            return backends.map { Sample([("backend", $0.rawValue)], Double(counts[$0.rawValue] ?? 0)) }
        }
        exposition.collect("pman_jobs_running", help: "Jobs on an engine, as its active worker says.") {
            workers.all().map(\.heartbeat).filter(\.active).map {
                Sample([("backend", $0.backend.rawValue), ("engine", $0.engine.text)], Double($0.running))
            }
        }
        exposition.collect("pman_log_lag_events", help: "Entries received and not yet in the cache, at most.") {
            [Sample([], Double(follower.lag))]
        }
        exposition.collect("pman_log_lag_seconds", help: "How long a marker has been under way, or reading is off.") {
            [Sample([], freshness.lag)]
        }
        exposition.collect("pman_cache_jobs", help: "Job ids in the cache.") {
            guard let size = try? await cache.size() else { return [] }
            return [Sample([], Double(size.jobs))]
        }
        exposition.collect("pman_cache_bytes", help: "Size of the cache's database.") {
            guard let size = try? await cache.size() else { return [] }
            return [Sample([], Double(size.bytes))]
        }
    }

    private var backends: [Backend] {
        Set(workers.all().map(\.heartbeat.backend) + [defaultBackend]).sorted { $0.rawValue < $1.rawValue }
    }

    private func counts() async -> [(Backend, QueueCounts)] {
        var found: [(Backend, QueueCounts)] = []
        for backend in backends {
            let asked = try? await consuming.inspect(queue: names.run(backend), timeout: Self.patience)
            if let counts = asked ?? nil { found.append((backend, counts)) }
        }
        return found
    }

    private func waiting() async -> [String: (count: Int, oldest: Double)] { (try? await cache.waiting()) ?? [:] }

    /// The broker tells only what is ready. What waits by the log beyond that is with a worker, or behind a delay.
    private func messages() async -> [Sample] {
        let waiting = await waiting()
        return await counts().flatMap { backend, counts in
            let label = ("backend", backend.rawValue)
            let rest = max(0, (waiting[backend.rawValue]?.count ?? 0) - counts.ready)
            return [
                Sample([label, ("state", "ready")], Double(counts.ready)),
                Sample([label, ("state", "unacknowledged")], Double(rest)),
            ]
        }
    }
}
