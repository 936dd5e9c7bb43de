import Core
import Foundation
import HTTPTypes
import Logging
import Program

/// pman's API: posts, reads and deletes jobs.
struct JobsAPI: Sendable {
    let cache: Cache
    let appender: LogAppender
    let freshness: Freshness
    let workers: Workers
    let tails: LiveTails
    let settings: GatewaySettings
    let logger: Logger
    /// How long a client may wait for the broker; well below the 100 s after which pfcon gives up.
    static let patience: Duration = .seconds(10)

    func describe(_ backend: Backend) -> Answer {
        let announced = workers.all().map(\.heartbeat).filter { $0.backend == backend }.map(\.storageType).min()
        return .json(
            .ok,
            [
                "server_version": ProgramRunner.version, "container_env": backend.rawValue,
                "storage_type": settings.storageType ?? announced ?? "",
            ])
    }

    // MARK: POST

    /// - Parameter submitter: who asks, where clients say who they are.
    func post(_ body: [UInt8], _ backend: Backend, by submitter: String? = nil) async -> Answer {
        // A byte order mark is not JSON (RFC 8259, section 8.1), though Foundation's decoder passes over it.
        guard !body.starts(with: [0xEF, 0xBB, 0xBF]),
            let json = try? JSONDecoder().decode(JSONValue.self, from: Data(body))
        else { return .message(.badRequest, "The request body is not JSON") }
        do throws(RequestFailure) {
            let request = try JobRequest(parsing: json, for: backend)
            return await submit(request, JobKey(backend: backend, job: request.job), submitter)
        } catch {
            return .failure(error)
        }
    }

    private func submit(_ request: JobRequest, _ key: JobKey, _ submitter: String?) async -> Answer {
        guard freshness.isReady else { return .unavailable("the gateway is still reading the log") }
        let deadline = ContinuousClock.now + Self.patience
        let acceptance = Acceptance(submitter: submitter)
        do {
            if let refusal = try await tooMany(key, acceptance.submitter) { return refusal }
            // Nearly every id is new. Where it is not, the log says so, and the next try carries what it takes.
            var generation = 1
            while true {
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { return .unavailable("the job id changed hands too often") }
                let id = SubmissionID(key: key, generation: generation, nonce: .random())
                let folded = try await appender.append(.submitted(id, request, acceptance), within: left)
                switch folded.outcome {
                case .accepted:
                    guard let current = folded.record?.current else { return .unavailable("the job was lost") }
                    logger.info("job accepted", metadata: ["jid": "\(key.job)", "submission": "\(current.id.label)"])
                    return .json(.created, JobAnswer(current))
                case .stale:
                    generation = folded.record?.nextGeneration ?? 1
                default:
                    return .message(
                        .conflict,
                        "The job id \"\(key.job)\" is in use by another job; choose another id or DELETE that job first"
                    )
                }
            }
        } catch {
            return unavailable(error, key)
        }
    }

    /// Whether a client has as many jobs waiting as it may have. What is sent again is no further one.
    private func tooMany(_ key: JobKey, _ submitter: String?) async throws -> Answer? {
        guard let limit = settings.maximumWaitingJobs,
            try await cache.waiting(of: submitter, limit: limit) >= limit,
            try await cache.record(key)?.current == nil
        else { return nil }
        return .message(
            .tooManyRequests,
            "\(limit) jobs\(submitter.map { " of \($0)" } ?? "") wait already, which is the most that MAX_WAITING_JOBS allows; send the same request again later",
            headers: [.retryAfter: "30"])
    }

    // MARK: GET

    func get(_ key: JobKey) async -> Answer {
        guard freshness.isReady else { return .unavailable("the gateway is still reading the log") }
        let now = ContinuousClock.now
        do {
            guard try await cache.shown(key) != nil else {
                guard await freshness.wait(sentAfter: now, patient: true) else {
                    return .unavailable("whether this job exists cannot be told while the broker is away")
                }
                guard let job = try await cache.shown(key) else { return notFound(key) }
                return try await show(job)
            }
            let fresh = await freshness.wait(sentAfter: now - .seconds(1), patient: false)
            guard let job = try await cache.shown(key) else { return notFound(key) }
            var answer = try await show(job)
            if !fresh { answer.headers[.warning] = "110 pman \"Response is Stale\"" }
            return answer
        } catch {
            return unavailable(error, key)
        }
    }

    private func show(_ job: ShownJob) async throws -> Answer {
        switch job {
        case .finished(let body): return .json(body)
        case .unfinished(let current):
            var logs = ""
            if current.report?.status == .started, let placement = current.placement {
                logs = tails.tail(of: current.id, at: placement)
            }
            return .json(.ok, JobAnswer(current, liveLogs: logs, waiting: try await whyItWaits(current)))
        }
    }

    /// What a job that has not started waits for, where that says more than the log.
    private func whyItWaits(_ current: Submission) async throws -> String? {
        guard var waiting = WaitingReasons(workers).reason(current) else { return nil }
        if waiting.reason == .queued, current.needsWorker {
            let place = try await cache.queuePlace(of: current)
            waiting.position = place.position
            waiting.headAgeSeconds = place.headSubmittedAt.map { max(0, Date.now.timeIntervalSince1970 - $0) }
            return waiting.sentence
        }
        return waiting.outweighsLog ? waiting.text : nil
    }

    private func notFound(_ key: JobKey) -> Answer { .message(.notFound, "There is no job \"\(key.job)\"") }

    // MARK: DELETE

    func delete(_ key: JobKey) async -> Answer {
        guard freshness.isReady else { return .unavailable("the gateway is still reading the log") }
        let deadline = ContinuousClock.now + Self.patience
        do {
            while true {
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { return .unavailable("the job id changed hands too often") }
                var current = try await cache.record(key)?.current
                if current == nil {
                    guard await freshness.wait(sentAfter: .now, patient: true) else {
                        return .unavailable("whether this job exists cannot be told while the broker is away")
                    }
                    current = try await cache.record(key)?.current
                }
                guard let current else { return notFound(key) }
                guard settings.removeJobs else { return Answer(status: .noContent) }
                let folded = try await appender.append(.deleted(current.id), within: left)
                if folded.outcome == .deleted {
                    logger.info("job deleted", metadata: ["jid": "\(key.job)", "submission": "\(current.id.label)"])
                    return Answer(status: .noContent)
                }
                if folded.record?.current == nil { return notFound(key) }
            }
        } catch {
            return unavailable(error, key)
        }
    }

    private func unavailable(_ error: any Error, _ key: JobKey) -> Answer {
        logger.warning("a request could not be answered", metadata: ["jid": "\(key.job)", "error": "\(error)"])
        if let error = error as? LogUnavailable { return .unavailable(error.description) }
        return .unavailable("the gateway's cache cannot be used")
    }
}

extension HTTPField.Name {
    /// RFC 7234, section 5.5.
    static let warning = HTTPField.Name("Warning") ?? .cacheControl
}
