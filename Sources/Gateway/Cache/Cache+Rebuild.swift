import Core
import Foundation
import GRDB
import Threads

extension Cache {
    /// Puts what is known aside and forgets the log, because the broker has another one now, or a shorter one.
    /// - Parameter isTruncated: whether all that is wrong is that the entries that were to be read next are gone.
    func beginRebuild(isTruncated: Bool = false) async throws {
        noteNewReading()
        let readAt = knownPosition.withLock { $0?.readAt }
        try await pool.write { database in
            let before = try Self.position(database)
            // What was put aside before may be of another log.
            let isTruncated = isTruncated && (!before.rebuilding || before.truncatedLog == before.log)
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO old_jobs (backend, job, record, logs)
                        SELECT backend, job, record, logs FROM jobs;
                    DELETE FROM jobs; DELETE FROM work; DELETE FROM recent; DELETE FROM meta;
                    DELETE FROM unread; DELETE FROM held;
                    DELETE FROM listing; DELETE FROM history;
                    """)
            try Self.setMeta(database, "rebuilding", true)
            try Self.setMeta(database, "known_until", before.rebuilding ? before.knownUntil : readAt ?? before.readAt)
            if isTruncated { try Self.setMeta(database, "truncated_log", before.log?.text) }
        }
        knownPosition.withLock { $0 = nil }
        needsSnapshots = true
        recent.forgetAll()
        folded.forgetAll()
    }

    /// Old records that say more than the new log does, in pages.
    /// - Parameter after: the last key of the page before.
    func lostRecords(after: JobKey?, limit: Int) async throws -> (lost: [JobRecord], last: JobKey?) {
        try await pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT record, logs FROM old_jobs WHERE (backend, job) > (?, ?)
                    ORDER BY backend, job LIMIT ?
                    """, arguments: [after?.backend.rawValue ?? "", after?.job.text ?? "", limit])
            let old = try rows.map { try Self.decode($0) }
            let lost = try old.filter { record in
                var present = try Self.fullRecord(database, record.key) ?? JobRecord(key: record.key)
                return present.apply(.restored(record), at: 0) == .changed
            }
            return (lost, old.last?.key)
        }
    }

    func finishRebuild() async throws {
        try await pool.write { database in
            try database.execute(sql: "DELETE FROM old_jobs")
            try Self.setMeta(database, "rebuilding", false)
            try Self.setMeta(database, "truncated_log", nil)
        }
        knownPosition.withLock { $0 = nil }
    }
}
