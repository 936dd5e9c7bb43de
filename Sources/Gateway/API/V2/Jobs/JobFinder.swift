import Core
import HTTPTypes
import Logging

/// Finds jobs as fresh as version 1 does, and says why not where it cannot.
struct JobFinder: Sendable {
    let cache: Cache
    let freshness: Freshness
    let logger: Logger

    /// One that answered requests rest on.
    struct Found: Sendable {
        let submission: Submission
        let history: [HistoryEntry]
        let headers: HTTPFields
    }

    func find(_ key: JobKey) async throws(V2Failure) -> Found {
        try checkReady()
        let now = ContinuousClock.now
        if try await current(key) != nil {
            let headers = await staleness(since: now)
            let (record, history) = try await known(key)
            if let submission = record?.current {
                return Found(submission: submission, history: history, headers: headers)
            }
        }
        guard await freshness.wait(sentAfter: now, patient: true) else {
            throw .unavailable("whether this job exists cannot be told while the broker is away")
        }
        let (record, history) = try await known(key)
        guard let submission = record?.current else {
            throw V2Failure(.notFound, "There is no job \"\(key.job)\" of backend \(key.backend.rawValue)")
        }
        return Found(submission: submission, history: history, headers: [:])
    }

    func checkReady() throws(V2Failure) {
        guard freshness.isReady else { throw .unavailable("the gateway is still reading the log") }
    }

    /// A warning for answers that may be old because the broker cannot be asked.
    func staleness(since now: ContinuousClock.Instant) async -> HTTPFields {
        let isFresh = await freshness.wait(sentAfter: now - .seconds(1), patient: false)
        return isFresh ? [:] : [.warning: "110 pman \"Response is Stale\""]
    }

    func current(_ key: JobKey) async throws(V2Failure) -> Submission? {
        do { return try await cache.record(key)?.current } catch { throw broken(error) }
    }

    private func known(_ key: JobKey) async throws(V2Failure) -> (JobRecord?, [HistoryEntry]) {
        do { return try await cache.recordWithHistory(key) } catch { throw broken(error) }
    }

    func broken(_ error: any Error) -> V2Failure {
        logger.error("the cache cannot be read", metadata: ["error": "\(error)"])
        return .unavailable("the gateway's cache cannot be used")
    }
}
