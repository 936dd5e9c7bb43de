import Core
import Logging
import Program
import ServiceLifecycle
import Threads

/// Ends the jobs of engines whose workers have been silent for `ENGINE_LOST_AFTER`, on the gateway that leads.
///
/// What such an engine still has of them is removed if it comes back. Silence is counted from the moment this gateway
/// began to lead, so a restart never makes it longer than it was.
final class LostEngines: Service {
    private let leadership: Leadership
    private let cache: Cache
    private let appender: LogAppender
    private let freshness: Freshness
    private let workers: Workers
    private let after: Duration?
    private let logger: Logger
    private let heard = Locked<[EngineID: ContinuousClock.Instant]>([:])

    init(
        leadership: Leadership, cache: Cache, appender: LogAppender, freshness: Freshness, workers: Workers,
        after: Duration?, logger: Logger
    ) {
        self.leadership = leadership
        self.cache = cache
        self.appender = appender
        self.freshness = freshness
        self.workers = workers
        self.after = after
        self.logger = logger
    }

    func run() async throws {
        guard let after else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look(after)
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    private func look(_ limit: Duration) async {
        guard leadership.leads, freshness.isReady, freshness.isConnected else { return heard.withLock { $0 = [:] } }
        let now = ContinuousClock.now
        let alive = Set(workers.all().map(\.heartbeat.engine))
        do {
            let busy = try await cache.busyEngines()
            let lost = heard.withLock { heard in
                for engine in busy where alive.contains(engine) || heard[engine] == nil { heard[engine] = now }
                return busy.filter { heard[$0].map { now - $0 >= limit } ?? false }
            }
            for engine in lost { try await end(engine, limit) }
        } catch {
            logger.warning("lost engines could not be looked for", metadata: ["error": "\(error)"])
        }
    }

    private func end(_ engine: EngineID, _ limit: Duration) async throws {
        for kind in [EngineWork.Kind.start, .check] {
            for work in try await cache.work(kind, engine: engine, limit: 1_000) {
                logger.warning(
                    "a job is ended because its engine is lost",
                    metadata: ["jid": "\(work.subject.submission.key.job)", "engine": "\(engine)"])
                _ = try await appender.append(
                    .ended(
                        work.subject.submission,
                        StatusReport(
                            status: .finishedWithError,
                            message: "engine lost: nothing was heard of \(engine) for \(limit.components.seconds) s",
                            timestamp: Timestamps.now(), cause: .engineLost)), within: .seconds(10))
            }
        }
    }
}
