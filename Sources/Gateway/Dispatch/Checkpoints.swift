import Core
import Foundation
import Logging
import ServiceLifecycle
import Threads

/// Appends every record again before retention can take the entries that it was folded from, on the gateway that leads.
///
/// What holds: a gateway that starts from nothing at any moment folds to the same records as one that has read
/// everything.
struct Checkpoints: Service {
    struct Limits: Sendable {
        /// `LOG_MAX_BYTES` and, in seconds, `LOG_MAX_AGE`; a checkpoint is made after a quarter of either.
        var maximumBytes: Int64
        var maximumAge: Int
        /// How many entries may come between two checkpoints, when there are not more records than that.
        var entries = 100_000

        /// Whether the last checkpoint, read at that time in seconds since 1970, is too long ago; 0: there was none.
        ///
        /// Also when it was read by a clock that was far ahead. A log that never had one is young: its first is due by
        /// growth.
        func isTooLongAgo(_ readAt: Int, now: Int) -> Bool { readAt > 0 && abs(now - readAt) >= maximumAge / 4 }
    }

    let leadership: Leadership
    let cache: Cache
    let appender: LogAppender
    let freshness: Freshness
    let limits: Limits
    let logger: Logger

    func run() async throws {
        let requests = leadership.checkpointRequests.listen()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in requests { await write("another gateway asks for it") }
                }
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(10))
                        if await isDue() { await write("the log has grown") }
                    }
                }
            }
        }
    }

    private var mayWrite: Bool { leadership.leads && freshness.isReady && freshness.isConnected }

    private func isDue() async -> Bool {
        guard mayWrite, let position = try? await cache.position(), position.sinceCheckpoint.entries > 0 else {
            return false
        }
        let growth = position.sinceCheckpoint
        if growth.bytes >= limits.maximumBytes / 4 { return true }
        if limits.isTooLongAgo(position.checkpointReadAt, now: Int(Date.now.timeIntervalSince1970)) { return true }
        guard growth.entries >= limits.entries || position.checkpointReadAt == 0 && growth.entries >= 1000 else {
            return false
        }
        return growth.entries >= (try? await cache.recordCount()) ?? 0 || growth.entries >= limits.entries * 10
    }

    private func write(_ reason: String) async {
        guard mayWrite else { return }
        let id = Nonce.random()
        do {
            // What is read from here on is as of a later place than this one.
            _ = try await appender.append(.checkpointStarted(id), within: .seconds(30))
            var after: JobKey?
            var count = 0
            while true {
                guard mayWrite else { return }
                let (records, asOf) = try await cache.snapshot(after: after, limit: 100)
                guard let last = records.last else { break }
                try await withThrowingDiscardingTaskGroup { group in
                    for record in records {
                        group.addTask {
                            try await appender.append(only: .snapshot(id, record, asOf: asOf), within: .seconds(30))
                        }
                    }
                }
                count += records.count
                after = last.key
            }
            try await appender.append(only: .checkpointFinished(id), within: .seconds(30))
            logger.info("checkpoint written", metadata: ["records": "\(count)", "reason": "\(reason)"])
        } catch {
            logger.warning(
                "a checkpoint could not be finished; it is begun anew later", metadata: ["error": "\(error)"])
        }
    }
}
