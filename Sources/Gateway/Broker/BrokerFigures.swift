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

    private let endpoint: HTTPEndpoint
    private let path: String
    private let query: [(name: String, value: String)]
    private let http: HTTPClient
    private let connection: AMQPConnection
    private let names: QueueNames
    private let virtualHost: String
    private let logger: Logger
    private let state = Locked(Figures())
    static let interval: Duration = .seconds(5)

    /// - Parameter url: `BROKER_METRICS_URL`; one without a path is the plugin's detailed figures of queues.
    init(
        url: String, connection: AMQPConnection, virtualHost: String, names: QueueNames, logger: Logger
    ) throws {
        // "http://host:port/path?name=value&…"
        let authority = url.range(of: "://")?.upperBound ?? url.startIndex
        let slash = url[authority...].firstIndex(of: "/") ?? url.endIndex
        endpoint = HTTPEndpoint(url: String(url[..<slash]))
        let target = url[slash...].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        if let given = target.first, given.count > 1 {
            path = given
            query = (target.count > 1 ? target[1] : "").split(separator: "&").map { part in
                let name = part.prefix { $0 != "=" }
                return (String(name), String(part.dropFirst(name.count + 1)))
            }
        } else {
            path = "/metrics/detailed"
            query = [("family", "queue_coarse_metrics"), ("family", "queue_consumer_count")]
        }
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
        do throws(HTTPClientError) {
            var request = HTTPRequest("GET", path, query: query)
            request.deadline = .seconds(4)
            let response = try await http.send(request, to: endpoint)
            if response.status == 200 {
                figures.byBackend = QueueFigures.read(
                    String(decoding: response.body, as: UTF8.self), virtualHost: virtualHost, names: names)
            } else {
                figures.problem = "it answers with status \(response.status)"
            }
        } catch {
            figures.problem = "\(error)".forMessage(limit: 300)
        }
        if let problem = figures.problem {
            figures.problem =
                "the broker's own figures cannot be read (\(problem)): enable its plugin rabbitmq_prometheus, or set BROKER_METRICS_URL"
            figures.byBackend = await counted()
        }
        let wasFine = state.withLock { state in
            defer { state = figures }
            return state.problem == nil
        }
        if wasFine, let problem = figures.problem { logger.warning("\(problem)") }
    }

    /// What a passive declare says: only what is ready, and wrong for a moment after the broker was restarted. Its count of
    /// consumers is wrong for quorum queues: rabbitmq-server#16185.
    private func counted() async -> [Backend: QueueFigures] {
        var found: [Backend: QueueFigures] = [:]
        for backend in Backend.allCases {
            guard let counts = try? await connection.inspect(queue: names.run(backend), timeout: .seconds(2)) else {
                continue
            }
            found[backend] = QueueFigures(ready: counts.ready)
        }
        return found
    }
}
