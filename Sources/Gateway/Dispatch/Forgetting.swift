import Core
import Foundation
import Logging
import ServiceLifecycle

/// Has all gateways forget, at the same place in the log, which jobs were deleted long ago: without it each would keep a
/// little of every job for ever.
///
/// A deleted job is remembered so that nothing late brings it back: an entry that a frozen program still writes, a container of
/// an engine that was away, a gateway that slept and knows the job still.
struct Forgetting: Service {
    let leadership: Leadership
    let cache: Cache
    let appender: LogAppender
    let freshness: Freshness
    let after: LogAge
    let logger: Logger

    private var interval: Duration { .seconds(max(1, min(after.seconds / 10, 3600))) }
    /// Of this process's life; a clock that has jumped ahead lets nobody forget at once.
    private var leastPatience: Duration { .seconds(min(after.seconds, 600)) }

    func run() async throws {
        let began = ContinuousClock.now
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard freshness.isReady, freshness.isConnected else { continue }
                do {
                    try await look(isPatient: began.duration(to: .now) >= leastPatience)
                } catch {
                    logger.warning("what was deleted long ago could not be forgotten", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Each gateway knows a place in the log that is old enough, whichever comes to lead.
    private func look(isPatient: Bool) async throws {
        let position = try await cache.position()
        guard let log = position.log, let end = position.lastOffset else { return }
        let now = Int(Date.now.timeIntervalSince1970)
        let next = Cache.Mark(log: log, offset: end, seenAt: now)
        guard let mark = try await cache.mark(), mark.log == log, mark.seenAt <= now else {
            return try await cache.keep(next)
        }
        guard now - mark.seenAt >= after.seconds, isPatient else { return }
        if leadership.leads, try await cache.hasTombstone(upTo: mark.offset) {
            _ = try await appender.append(.forgotten(upTo: mark.offset), within: .seconds(30))
            logger.info("what was deleted long ago is forgotten", metadata: ["up_to": "\(mark.offset)"])
        }
        try await cache.keep(next)
    }
}
