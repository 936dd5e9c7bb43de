import Core
import Foundation

/// What waits, put together from the broker's figures and this gateway's cache.
struct QueueOverview: Sendable {
    let broker: BrokerFigures
    let cache: Cache
    let jobs: JobFigures
    let workers: Workers
    let defaultBackend: Backend

    /// One backend's row.
    struct Row: Encodable, Sendable {
        let backend: Backend
        let figures: QueueFigures
        let oldestSeconds: Double?
        let rates: JobFigures.Rates

        private enum Key: String, CodingKey {
            case backend, ready, unacknowledged, retrying, consumers
            case oldestSeconds = "oldest_seconds"
            case rateIn = "rate_in"
            case rateOut = "rate_out"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(backend, forKey: .backend)
            try fields.encode(figures.ready, forKey: .ready)
            try fields.encode(figures.unacknowledged, forKey: .unacknowledged)
            try fields.encode(figures.retrying, forKey: .retrying)
            try fields.encode(figures.consumers, forKey: .consumers)
            try fields.encode(oldestSeconds.map { ($0 * 10).rounded() / 10 }, forKey: .oldestSeconds)
            try fields.encode((rates.submitted * 1000).rounded() / 1000, forKey: .rateIn)
            try fields.encode((rates.placed * 1000).rounded() / 1000, forKey: .rateOut)
        }
    }

    struct Answer: Encodable, Sendable {
        let queues: [Row]
        let deadLetters: Int
        let problem: String?

        private enum Key: String, CodingKey {
            case queues, complete, problem
            case deadLetters = "dead_letters"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(problem == nil, forKey: .complete)
            try fields.encode(problem, forKey: .problem)
            try fields.encode(deadLetters, forKey: .deadLetters)
            try fields.encode(queues, forKey: .queues)
        }
    }

    /// Of every backend that has a queue, workers or jobs that wait.
    func answer() async throws -> Answer {
        let rows = try await rows()
        return Answer(
            queues: rows, deadLetters: try await cache.deadLetterCounts().values.reduce(0, +),
            problem: broker.figures.problem)
    }

    func rows() async throws -> [Row] {
        let figures = broker.figures
        let heads = try await cache.heads()
        let known = Set(figures.byBackend.keys).union(heads.keys).union(workers.all().map(\.heartbeat.backend))
            .union([defaultBackend])
        let now = Date.now.timeIntervalSince1970
        return Backend.allCases.filter(known.contains).map { backend in
            Row(
                backend: backend, figures: figures.byBackend[backend] ?? QueueFigures(),
                oldestSeconds: (heads[backend] ?? nil).map { max(0, now - $0) }, rates: jobs.rates(backend))
        }
    }
}
