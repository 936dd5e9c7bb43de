import Core
import Foundation
import Hummingbird

/// `/api/v2/jobs/{backend}/{jid}`: one job; `DELETE` is that of version 1.
struct JobResource: V2Resource {
    let finder: JobFinder
    let workers: Workers
    let version1: JobsAPI
    let cancellation: Cancellation

    static let path = "jobs/{backend}/{jid}"
    private static let maximumReason = 500

    var routes: [V2Route] {
        [
            V2Route(.get, Self.path) { request throws(V2Failure) in
                let found = try await finder.find(request.job())
                return try await detail(found).response
            },
            V2Route(.delete, Self.path) { request throws(V2Failure) in
                await version1.delete(try request.job()).response
            },
            V2Route(.post, Self.path + "/cancel") { request throws(V2Failure) in
                let key = try request.job()
                try await cancellation.cancel(key, reason: reason(request))
                return try await detail(finder.find(key)).response
            },
        ]
    }

    private func detail(_ found: JobFinder.Found) async throws(V2Failure) -> Answer {
        let submission = found.submission
        var waiting = WaitingReasons(workers).reason(submission)
        if submission.needsWorker {
            do {
                let place = try await finder.cache.queuePlace(of: submission)
                waiting?.position = place.position
                waiting?.headAgeSeconds = place.headSubmittedAt.map { max(0, Date.now.timeIntervalSince1970 - $0) }
            } catch {
                throw finder.broken(error)
            }
        }
        return .json(
            .ok,
            JobDetail(
                summary: JobSummary(submission: submission, waiting: waiting),
                labels: submission.placement.map { workers.labels(of: $0.engine) } ?? [:], history: found.history),
            headers: found.headers)
    }

    private func reason(_ request: V2Request) async throws(V2Failure) -> String? {
        guard let body = try await request.json() else { return nil }
        guard case .object(let fields) = body else {
            throw V2Failure(.badRequest, "The request body must be an object")
        }
        if let other = fields.keys.filter({ $0 != "reason" }).min() {
            throw .field(other.forMessage, "is not known here; only reason is")
        }
        switch fields["reason"] {
        case nil: return nil
        case .string(let text)? where text.unicodeScalars.count <= Self.maximumReason: return text
        default: throw .field("reason", "must be a string of at most \(Self.maximumReason) characters")
        }
    }
}
