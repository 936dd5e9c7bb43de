import Core
import Foundation
import Hummingbird
import Logging

/// `/api/v2/dead-letters`: jobs that were given up, to be submitted again or taken off the list.
struct DeadLettersResource: V2Resource {
    let finder: JobFinder
    let appender: LogAppender
    let logger: Logger

    private static let path = "dead-letters/{backend}/{jid}"

    /// How long a replay that has begun is gone on with.
    private static let patience: Duration = .seconds(60)

    private struct Item: Encodable {
        let backend: Backend
        let jid: String
        let reason: String
        let at: String?

        init(_ submission: Submission) {
            backend = submission.id.key.backend
            jid = submission.id.key.job.text
            reason = submission.report?.message ?? ""
            at = JobSummary.time(submission.report?.timestamp)
        }

        private enum CodingKeys: String, CodingKey { case backend, jid, reason, at }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(backend, forKey: .backend)
            try fields.encode(jid, forKey: .jid)
            try fields.encode(reason, forKey: .reason)
            try fields.encode(at, forKey: .at)
        }
    }

    private struct Page: Encodable {
        let items: [Item]
        let next: String?

        private enum CodingKeys: String, CodingKey {
            case next
            case items = "dead_letters"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(items, forKey: .items)
            try fields.encode(next, forKey: .next)
        }
    }

    var routes: [V2Route] {
        [
            V2Route(.get, "dead-letters") { request throws(V2Failure) in try await list(request) },
            V2Route(.post, "dead-letters/replay") { _ throws(V2Failure) in try await replayAll() },
            V2Route(.post, Self.path + "/replay") { request throws(V2Failure) in
                let submission = try await deadLetter(request.job())
                guard appender.mayRepeat(submission) else {
                    throw V2Failure(
                        .conflict,
                        "No gateway that has a key of SIGNING_KEY_FILE has accepted the job \"\(submission.id.key.job)\"; submit it anew"
                    )
                }
                return Answer.json(.ok, ["count": try await replay(submission) ? 1 : 0]).response
            },
            V2Route(.delete, Self.path) { request throws(V2Failure) in
                let submission = try await deadLetter(request.job())
                try await append(.dismissed(submission.id))
                return Answer(status: .noContent).response
            },
        ]
    }

    // MARK: list

    private func list(_ request: V2Request) async throws(V2Failure) -> Response {
        try finder.checkReady()
        let limit = try request.integer("limit", in: 1...1_000) ?? 100
        let after = try request.parsed("cursor") { text throws(InvalidValue) in try Self.cursor(text) }
        let headers = await finder.staleness(since: .now)
        var found = try await page(after: after, limit: limit + 1)
        let hasMore = found.count > limit
        if hasMore { found.removeLast() }
        let next = hasMore ? found.last.map { "\($0.id.key.backend.rawValue)/\($0.id.key.job)" } : nil
        return Answer.json(.ok, Page(items: found.map(Item.init), next: next), headers: headers).response
    }

    private static func cursor(_ text: String) throws(InvalidValue) -> JobKey {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let backend = Backend(rawValue: parts[0]), let job = try? JobID(parts[1]) else {
            throw InvalidValue("must be what next of another page says")
        }
        return JobKey(backend: backend, job: job)
    }

    private func page(after: JobKey?, limit: Int) async throws(V2Failure) -> [Submission] {
        do { return try await finder.cache.deadLetters(after: after, limit: limit) } catch {
            throw finder.broken(error)
        }
    }

    private func deadLetter(_ key: JobKey) async throws(V2Failure) -> Submission {
        let submission = try await finder.find(key).submission
        guard submission.isDeadLetter else { throw V2Failure(.notFound, "The job \"\(key.job)\" is no dead letter") }
        return submission
    }

    // MARK: replay

    private func replayAll() async throws(V2Failure) -> Response {
        try finder.checkReady()
        var count = 0
        var after: JobKey?
        while true {
            let page = try await page(after: after, limit: 100)
            for submission in page where appender.mayRepeat(submission) {
                if try await replay(submission) { count += 1 }
            }
            guard let last = page.last else { return Answer.json(.ok, ["count": count]).response }
            after = last.id.key
        }
    }

    /// The same request as a new submission of the id; of one that may be repeated.
    /// - Returns: false when somebody else was first.
    private func replay(_ submission: Submission) async throws(V2Failure) -> Bool {
        guard try await append(.deleted(submission.id)).outcome == .deleted else { return false }
        let key = submission.id.key
        let id = SubmissionID(key: key, generation: submission.id.generation + 1, nonce: .random())
        let isAccepted =
            try await appendToTheEnd(
                .submitted(id, submission.request, Acceptance(submitter: submission.submitter))
            ).outcome == .accepted
        if isAccepted {
            logger.notice(
                "a dead letter was submitted again", metadata: ["jid": "\(key.job)", "submission": "\(id.label)"])
        }
        return isAccepted
    }

    /// The old record is gone already: a broker that is away for a while must not take the job with it.
    private func appendToTheEnd(_ event: Event) async throws(V2Failure) -> Folded {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do throws(V2Failure) {
                return try await append(event)
            } catch {
                guard .now < deadline else {
                    logger.error(
                        "a dead letter was deleted and could not be submitted again; its client must send it anew",
                        metadata: ["jid": "\(event.key?.job.text ?? "")"])
                    throw error
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    @discardableResult
    private func append(_ event: Event) async throws(V2Failure) -> Folded {
        do throws(LogUnavailable) {
            return try await appender.append(event, within: JobsAPI.patience)
        } catch {
            throw .unavailable(error.description)
        }
    }
}
