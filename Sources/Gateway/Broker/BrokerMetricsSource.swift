import Foundation
import HTTPClient

/// Where one node of the broker tells its figures.
struct BrokerMetricsSource: Sendable {
    let endpoint: HTTPEndpoint
    let path: String
    let query: [(name: String, value: String)]

    /// - Parameter url: without a path it is the Prometheus plugin's detailed figures of queues.
    init(url: String) {
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
    }
}
