import Core
import Foundation
import GRDB
import Program

extension Cache {
    /// What this gateway knows about a job, with its final output.
    func record(_ key: JobKey) async throws -> JobRecord? {
        try await pool.read { database in try Self.fullRecord(database, key) }
    }

    /// Submissions that clients see, without their output.
    func submissions(_ keys: [JobKey]) async throws -> [JobKey: Submission] {
        try await pool.read { database in
            var found: [JobKey: Submission] = [:]
            for key in keys { found[key] = try Self.storedRecord(database, key)?.current }
            return found
        }
    }

    static func fullRecord(_ database: Database, _ key: JobKey) throws -> JobRecord? {
        try fullRow(database, key).map { try decode($0) }
    }

    /// What `decode` reads.
    static func fullRow(_ database: Database, _ key: JobKey) throws -> Row? {
        try Row.fetchOne(
            try database.cachedStatement(sql: "SELECT record, logs FROM jobs WHERE backend = ? AND job = ?"),
            arguments: [key.backend.rawValue, key.job.text])
    }

    static func decode(_ row: Row) throws -> JobRecord {
        var record = try JSONDecoder().decode(JobRecord.self, from: row["record"])
        if let logs: String = row["logs"] { record.current?.report?.logs = logs }
        return record
    }

    /// The record without its output, which the fold does not need.
    static func storedRecord(_ database: Database, _ key: JobKey) throws -> JobRecord? {
        let statement = try database.cachedStatement(sql: "SELECT record FROM jobs WHERE backend = ? AND job = ?")
        guard
            let data = try Data.fetchOne(statement, arguments: [key.backend.rawValue, key.job.text])
        else { return nil }
        return try JSONDecoder().decode(JobRecord.self, from: data)
    }

    /// - Parameter keepingOutput: whether the output that is there is the same submission's.
    static func store(_ database: Database, _ record: JobRecord, keepingOutput: Bool = true) throws {
        var slim = record
        let logs = slim.current?.report?.logs
        slim.current?.report?.logs = nil
        let current = record.current
        // Pages of long records that became short ones in place would stay nearly empty.
        if current == nil {
            try database.cachedStatement(sql: "DELETE FROM jobs WHERE backend = ? AND job = ?")
                .execute(arguments: [record.key.backend.rawValue, record.key.job.text])
        }
        // Output is written once, with the final status; a later change of the record carries none and keeps it.
        try database.cachedStatement(
            sql: """
                INSERT INTO jobs (backend, job, record, logs, unplaced_at, finished_at, waiting_submitter, deleted_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?7, ?8, ?9)
                ON CONFLICT (backend, job) DO UPDATE SET record = ?3, unplaced_at = ?5, finished_at = ?7, waiting_submitter = ?8,
                deleted_at = ?9, logs = CASE WHEN ?6 THEN coalesce(?4, logs) ELSE ?4 END
                """
        ).execute(arguments: [
            record.key.backend.rawValue, record.key.job.text, try JSONEncoder().encode(slim), logs,
            current.flatMap { $0.needsWorker ? $0.submittedAt : nil }, keepingOutput && current?.isFinal ?? false,
            current.flatMap { $0.isFinal ? finishTime($0) : nil },
            current.flatMap { $0.needsWorker ? $0.submitter ?? "" : nil },
            record.isTombstone ? record.deletedAt : nil,
        ])
        try list(database, record)
        try database.cachedStatement(sql: "DELETE FROM work WHERE backend = ? AND job = ?")
            .execute(arguments: [record.key.backend.rawValue, record.key.job.text])
        for leftover in record.leftovers {
            try insertWork(database, leftover.submission, leftover.placement, .remove)
        }
        if let current, let placement = current.placement {
            if current.awaitsRemoval {
                try insertWork(database, current.id, placement, .remove)
            } else if !current.isFinal {
                try insertWork(database, current.id, placement, current.awaitsStart ? .start : .check)
            }
        }
    }

    /// By the engine's clock, which may be wrong: no job ended before it was submitted, nor has one yet to come. The moment
    /// in which this gateway learned of it where the engine gave no time.
    private static func finishTime(_ submission: Submission) -> Int {
        let told = submission.report?.timestamp.flatMap(Timestamps.parse) ?? .now
        let earliest = submission.submittedTime.flatMap(Timestamps.parse) ?? .distantPast
        return Int(max(earliest, min(told, .now)).timeIntervalSince1970)
    }

    private static func insertWork(
        _ database: Database, _ submission: SubmissionID, _ placement: Placement, _ kind: EngineWork.Kind
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO work (backend, job, engine, object, submission, kind)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            submission.key.backend.rawValue, submission.key.job.text, placement.engine.text, placement.object.text,
            submission.label, kind.rawValue,
        ])
    }

    static func setMeta(_ database: Database, _ key: String, _ value: (any DatabaseValueConvertible)?) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
            .execute(arguments: [key, value])
    }
}
