import Core
import Foundation
import Logging
import ServiceLifecycle

/// Forgets finished jobs that nobody has deleted for `RETENTION_DAYS` and that their engines no longer have, on the
/// gateway that leads.
///
/// An engine is asked first: what it still has stays, so that a DELETE still removes it.
struct Expiry: Service {
    let leadership: Leadership
    let cache: Cache
    let appender: LogAppender
    let commands: CommandPublisher
    let freshness: Freshness
    let after: Duration
    let logger: Logger
    /// How many jobs are looked at in one turn.
    private static let page = 1_000

    /// A hundredth of the time itself, but at least a second and at most an hour.
    private var interval: Duration { max(.seconds(1), min(after / 100, .seconds(3600))) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard leadership.leads, freshness.isReady, freshness.isConnected else { continue }
                do { try await forgetOld() } catch {
                    logger.warning("old jobs could not be forgotten", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func forgetOld() async throws {
        let limit = Int(Date.now.timeIntervalSince1970) - Int(after.components.seconds)
        var last: JobKey?
        repeat {
            let page = try await cache.finished(before: limit, after: last, limit: Self.page)
            last = page.count == Self.page ? page.last?.id.key : nil
            for job in page where job.placement == nil || job.removed {
                logger.info("a finished job is forgotten", metadata: ["jid": "\(job.id.key.job)"])
                try await appender.append(only: .deleted(job.id), within: .seconds(10))
            }
            await ask(page.filter { !$0.removed })
        } while last != nil
    }

    /// Asks engines whether they still have these; one that has not answers with `removed`.
    private func ask(_ jobs: [Submission]) async {
        let placed = jobs.compactMap { job in job.placement.map { (job.id, $0) } }
        for (engine, jobs) in Dictionary(grouping: placed, by: \.1.engine) {
            for part in CommandPublisher.parts(of: jobs) {
                let subjects = part.map {
                    ControlCommand.Subject(submission: $0.0, object: $0.1.object)
                }
                do {
                    try await commands.control(.check, subjects, onlyGone: true, to: engine, lifetime: interval)
                } catch {
                    // Its queue may have been deleted with it; that must not keep the jobs of others.
                    logger.info(
                        "an engine could not be asked for old jobs",
                        metadata: ["engine": "\(engine)", "jobs": "\(part.count)", "error": "\(error)"])
                    break
                }
            }
        }
    }
}
