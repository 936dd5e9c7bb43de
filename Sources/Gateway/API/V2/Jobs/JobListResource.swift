import Core
import Foundation
import Hummingbird

/// `GET /api/v2/jobs`.
struct JobListResource: V2Resource {
    let finder: JobFinder
    let workers: Workers

    static let maximumPage = 1_000
    private static let maximumAge = Int(Int32.max)

    private struct Page: Encodable {
        let jobs: [JobSummary]
        let next: String?

        enum CodingKeys: String, CodingKey { case jobs, next }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(jobs, forKey: .jobs)
            try fields.encode(next, forKey: .next)
        }
    }

    var routes: [V2Route] {
        [V2Route(.get, "jobs") { request throws(V2Failure) in try await list(request) }]
    }

    private func list(_ request: V2Request) async throws(V2Failure) -> Response {
        try finder.checkReady()
        var query = try parse(request)
        let limit = query.limit
        query.limit += 1
        let headers = await finder.staleness(since: .now)
        var found: [Submission]
        do { found = try await finder.cache.page(query) } catch { throw finder.broken(error) }
        let hasMore = found.count > limit
        if hasMore { found.removeLast() }
        let reasons = WaitingReasons(workers)
        return Answer.json(
            .ok,
            Page(
                jobs: found.map { JobSummary(submission: $0, waiting: reasons.reason($0)) },
                next: hasMore ? found.last.map { JobCursor($0).text } : nil), headers: headers
        ).response
    }

    private func parse(_ request: V2Request) throws(V2Failure) -> JobPageQuery {
        var query = JobPageQuery()
        query.limit = try request.integer("limit", in: 1...Self.maximumPage) ?? 100
        query.statuses = try request.parsed("status") { text throws(InvalidValue) in try Self.statuses(text) } ?? []
        query.backend = try request.backend("backend")
        let now = Int(Date.now.timeIntervalSince1970)
        query.submittedTo = try request.integer("min_age", in: 0...Self.maximumAge).map { now - $0 }
        query.submittedFrom = try request.integer("max_age", in: 0...Self.maximumAge).map { now - $0 }
        query.after = try request.parsed("cursor") { text throws(InvalidValue) in try JobCursor(text) }
        query.search = try request.parsed("search") { text throws(InvalidValue) in
            guard text.unicodeScalars.count <= 200 else { throw InvalidValue("must not be longer than 200 characters") }
            return text
        }
        let engine = try request.parsed("engine") { text throws(InvalidValue) in text }
        // No engine has such a name.
        if let engine { query.engines = (try? EngineID(engine)).map { [$0] } ?? [] }
        if let label = request.query["label"] {
            let labelled = workers.engines(labelled: label)
            query.engines = query.engines.map { $0.filter(labelled.contains) } ?? Array(labelled)
        }
        return query
    }

    private static func statuses(_ text: String) throws(InvalidValue) -> [JobStatus] {
        var statuses: [JobStatus] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let status = JobStatus(rawValue: String(name)) else {
                throw InvalidValue(
                    "must be one or several of notstarted, started, finishedSuccessfully, finishedWithError, "
                        + "undefined, separated by commas")
            }
            if !statuses.contains(status) { statuses.append(status) }
        }
        return statuses
    }
}
