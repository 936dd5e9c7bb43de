import Core
import Foundation

/// What a request's path means.
enum Route: Sendable, Equatable {
    case root(Backend)
    case job(Backend, JobID)
    /// A job's path whose id no job can have.
    case impossibleJob(Backend)
    /// What follows `/api/v2/`, percent-encoded.
    case version2([String])
    /// The page for people; nil is the page itself, else a file of it.
    case page(String?)
    case health
    case ready
    case metrics
    case unknown

    /// - Parameters:
    ///   - path: as it came, percent-encoded, without the query.
    ///   - defaultBackend: for `/api/v1/` without a backend in front.
    init(path: String, defaultBackend: Backend) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        switch parts {
        case []: self = .page(nil); return
        case let file where file.count == 2 && file[0] == "page": self = .page(parts[1]); return
        case ["healthz"]: self = .health; return
        case ["readyz"]: self = .ready; return
        case ["metrics"]: self = .metrics; return
        default: break
        }
        if parts.starts(with: ["api", "v2"]) { self = .version2(Array(parts.dropFirst(2))); return }
        var backend = defaultBackend
        if parts.count >= 3, parts[0] != "api" {
            guard let named = try? Backend(named: parts[0]) else { self = .unknown; return }
            backend = named
            parts.removeFirst()
        }
        guard parts.count >= 2, parts[0] == "api", parts[1] == "v1" else { self = .unknown; return }
        switch parts.count {
        case 2: self = .root(backend)
        case 3:
            guard let text = parts[2].removingPercentEncoding, let job = try? JobID(text) else {
                self = .impossibleJob(backend)
                return
            }
            self = .job(backend, job)
        default: self = .unknown
        }
    }

    /// For metrics: what stands in the path is left out.
    var template: String {
        switch self {
        case .root: "/api/v1/"
        case .job, .impossibleJob: "/api/v1/{jid}/"
        case .version2(let parts): "/api/v2/" + Self.template(parts)
        case .page(nil): "/"
        case .page: "/page/{file}"
        case .health: "/healthz"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        case .unknown: "unknown"
        }
    }

    private static let version2Words: Set = [
        "jobs", "cancel", "logs", "events", "queues", "history", "workers", "dead-letters", "replay", "openapi.yaml",
    ]

    private static func template(_ parts: [String]) -> String {
        guard let first = parts.first, version2Words.contains(first), parts.count <= 4 else { return "unknown" }
        return parts.enumerated().map { index, part in
            let isFixed = index == 0 || index == 3 || parts.count == 2
            guard isFixed else { return index == 1 ? "{backend}" : "{jid}" }
            return version2Words.contains(part) ? part : "unknown"
        }.joined(separator: "/")
    }
}
