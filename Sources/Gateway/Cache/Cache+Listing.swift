import Core
import Foundation
import GRDB
import Program

extension Cache {
    /// What is searched of one job, at most.
    private static let maximumSearchedText = 2_000

    /// Writes what a job is listed by, or takes it off the list when it was deleted.
    static func list(_ database: Database, _ record: JobRecord) throws {
        guard let current = record.current else {
            try database.cachedStatement(sql: "DELETE FROM history WHERE backend = ? AND job = ?")
                .execute(arguments: [record.key.backend.rawValue, record.key.job.text])
            try database.cachedStatement(sql: "DELETE FROM listing WHERE backend = ? AND job = ?")
                .execute(arguments: [record.key.backend.rawValue, record.key.job.text])
            return
        }
        let request = current.request
        let text = ([record.key.job.text, request.image.text] + request.command).joined(separator: " ")
        // SQLite leaves the indexes alone whose columns stay the same.
        try database.cachedStatement(
            sql: """
                INSERT INTO listing (backend, job, submitted_at, submitted_offset, status, engine, text, dead)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT (backend, job) DO UPDATE SET submitted_at = ?3, submitted_offset = ?4, status = ?5,
                engine = ?6, text = ?7, dead = ?8
                """
        ).execute(arguments: [
            record.key.backend.rawValue, record.key.job.text,
            current.submittedTime.flatMap(Timestamps.parse).map { Int($0.timeIntervalSince1970) } ?? 0,
            current.submittedAt, (current.report?.status ?? .notstarted).rawValue, current.placement?.engine.text,
            String(text.prefix(maximumSearchedText)), current.isDeadLetter,
        ])
    }

    /// One page of jobs, the newest submission first.
    func page(_ query: JobPageQuery) async throws -> [Submission] {
        let (sql, arguments) = query.statement
        return try await pool.read { database in
            try Data.fetchAll(
                database,
                sql: """
                    SELECT jobs.record FROM (\(sql)) AS page JOIN jobs USING (backend, job)
                    ORDER BY page.submitted_at DESC, page.submitted_offset DESC, backend DESC, job DESC
                    """, arguments: arguments
            ).compactMap { try JSONDecoder().decode(JobRecord.self, from: $0).current }
        }
    }
}
