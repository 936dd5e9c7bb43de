import AMQP
import Core
import Exposition
import Metrics
import Program

/// What a worker tells Prometheus; docs/metrics.md says what each means.
enum WorkerMetrics {
    static func describe(_ exposition: Exposition) {
        exposition.describe("pman_worker_starts_total", .counter, help: "Jobs that this worker started.")
        exposition.describe("pman_worker_attempts_total", .counter, help: "Commands taken, by what became of them.")
        exposition.describe("pman_worker_pulls_seconds", .histogram, help: "How long pulls of images took.")
        exposition.collectProcess()
    }

    static func register(
        in exposition: Exposition, engine: EngineID, health: EngineHealth, admission: Admission
    ) {
        let label = ("engine", engine.text)
        exposition.collect("pman_engine_up", help: "1 while the engine answers.") {
            [Sample([label], health.isReachable ? 1 : 0)]
        }
        exposition.collect("pman_engine_capacity", help: "What the engine has: cores, bytes, jobs at once.") {
            admission.figures.map { Sample([label, ("resource", $0.resource)], $0.capacity) }
        }
        exposition.collect("pman_engine_free", help: "What is left of it by what jobs asked for.") {
            admission.figures.map { Sample([label, ("resource", $0.resource)], $0.free) }
        }
    }

    static func noteAttempt(_ outcome: String) {
        Counter(label: "pman_worker_attempts_total", dimensions: [("outcome", outcome)]).increment()
    }

    static func noteStart() { Counter(label: "pman_worker_starts_total").increment() }

    static func notePull(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        Metrics.Timer(label: "pman_worker_pulls_seconds").recordSeconds(Double(seconds) + Double(attoseconds) / 1e18)
    }
}
