import HTTPTypes
import Hummingbird
import Metrics

/// Counts requests by what they asked for, never by the path as it came.
enum RequestMetrics {
    static func note(_ route: String, _ request: Request, _ response: Response, since start: ContinuousClock.Instant) {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        let method = methods.contains(request.method) ? request.method.rawValue : "other"
        Counter(
            label: "pman_http_requests_total",
            dimensions: [("route", route), ("method", method), ("status", "\(response.status.code)")]
        ).increment()
        Metrics.Timer(label: "pman_http_request_seconds", dimensions: [("route", route)])
            .recordNanoseconds((ContinuousClock.now - start).nanoseconds)
    }
}

extension Duration {
    /// As many as fit.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflows ? .max : scaled + attoseconds / 1_000_000_000
    }
}

extension Route {
    /// What stands for it in metrics.
    func template(_ version2: V2Responder) -> String {
        switch self {
        case .root: "/api/v1/"
        case .job, .impossibleJob: "/api/v1/{jid}/"
        case .version2(let parts): version2.template(of: parts)
        case .page(nil): "/"
        case .page: "/page/{file}"
        case .health: "/healthz"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        case .unknown: "unknown"
        }
    }
}
