import AMQP
import Core
import Foundation
import HTTPClient
import Logging
import ServiceLifecycle
import Threads

/// Asks the broker every few seconds how many messages its queues hold.
final class BrokerFigures: Service {
    struct Figures: Sendable {
        var byBackend: [Backend: QueueFigures] = [:]
        /// Why only some figures are there, and what to do; nil: all are.
        var problem: String? = "the broker has not been asked yet"
    }

    private let sources: [BrokerMetricsSource]
    private let http: HTTPClient
    private let connection: AMQPConnection
    private let names: QueueNames
    private let virtualHost: String
    private let logger: Logger
    private let state = Locked(Figures())
    /// Queues that were not there when they were last asked for: the broker logs an error each time.
    private let missing = Locked<[Backend: ContinuousClock.Instant]>([:])
    static let interval: Duration = .seconds(5)
    private static let missingInterval: Duration = .seconds(10)

    /// - Parameter sources: one for each node: a node tells of the queues that it leads.
    init(
        sources: [BrokerMetricsSource], connection: AMQPConnection, virtualHost: String, names: QueueNames,
        logger: Logger
    ) throws {
        self.sources = sources
        http = try HTTPClient(name: "broker-metrics", maximumConnectionsPerHost: 1)
        self.connection = connection
        self.virtualHost = virtualHost
        self.names = names
        self.logger = logger
    }

    var figures: Figures { state.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.refresh()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func refresh() async {
        var figures = Figures(problem: nil)
        var problems: [String] = []
        await withTaskGroup(of: Result<[Backend: QueueFigures], Unreadable>.self) { group in
            for source in sources { group.addTask { await self.ask(source) } }
            for await answer in group {
                switch answer {
                case .success(let part): figures.byBackend.merge(part) { first, _ in first }
                case .failure(let problem): problems.append("\(problem)")
                }
            }
        }
        // What a node that does not answer led is led by another by now, or is not told.
        if let problem = problems.first {
            for (backend, counted) in await counted(Backend.allCases.filter { figures.byBackend[$0] == nil }) {
                figures.byBackend[backend] = counted
            }
            if figures.byBackend.values.contains(where: { $0.consumers == nil }) || problems.count == sources.count {
                figures.problem =
                    "the broker's own figures cannot be read (\(problem)): enable its plugin rabbitmq_prometheus, or set BROKER_METRICS_URL"
            }
        }
        let wasFine = state.withLock { state in
            defer { state = figures }
            return state.problem == nil
        }
        if wasFine, let problem = figures.problem { logger.warning("\(problem)") }
    }

    private struct Unreadable: Error, CustomStringConvertible { let description: String }

    private func ask(_ source: BrokerMetricsSource) async -> Result<[Backend: QueueFigures], Unreadable> {
        do throws(HTTPClientError) {
            var request = HTTPRequest("GET", source.path, query: source.query)
            request.deadline = .seconds(4)
            let response = try await http.send(request, to: source.endpoint)
            guard response.status == 200 else {
                return .failure(Unreadable(description: "it answers with status \(response.status)"))
            }
            let text = String(decoding: response.body, as: UTF8.self)
            return .success(QueueFigures.read(text, virtualHost: virtualHost, names: names))
        } catch {
            return .failure(Unreadable(description: "\(error)".forMessage(limit: 300)))
        }
    }

    /// What a passive declare says: only what is ready, and wrong for a moment after the broker was restarted. Its count of
    /// consumers is wrong for quorum queues: rabbitmq-server#16185.
    private func counted(_ backends: [Backend]) async -> [Backend: QueueFigures] {
        var found: [Backend: QueueFigures] = [:]
        for backend in backends {
            let lookedAt = missing.withLock { $0[backend] }
            if let lookedAt, lookedAt.duration(to: .now) < Self.missingInterval { continue }
            let counts = try? await connection.inspect(queue: names.run(backend), timeout: .seconds(2))
            missing.withLock { $0[backend] = counts == nil ? .now : nil }
            if let counts { found[backend] = QueueFigures(ready: counts.ready) }
        }
        return found
    }
}
