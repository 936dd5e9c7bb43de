import Core
import Foundation
import GRDB

extension Cache {
    /// How many jobs of a client need a worker.
    /// - Parameters:
    ///   - submitter: nil: of all who do not say who they are.
    ///   - limit: counted no further than that.
    func waiting(of submitter: String?, limit: Int) async throws -> Int {
        try await pool.read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE waiting_submitter = ? LIMIT ?)")
            return try Int.fetchOne(statement, arguments: [submitter ?? "", limit]) ?? 0
        }
    }

    /// Of each backend's jobs that need a worker, when the first was submitted; seconds since 1970, nil where unknown.
    func heads() async throws -> [Backend: Double?] {
        try await pool.read { database in
            var heads: [Backend: Double?] = [:]
            for backend in Backend.allCases {
                guard
                    let row = try Row.fetchOne(
                        database,
                        sql: """
                            SELECT listing.submitted_at AS at FROM jobs INDEXED BY jobs_waiting
                            JOIN listing USING (backend, job) WHERE jobs.backend = ? AND jobs.unplaced_at IS NOT NULL ORDER BY jobs.unplaced_at LIMIT 1
                            """, arguments: [backend.rawValue])
                else { continue }
                let at: Double? = row["at"]
                heads[backend] = .some(at.flatMap { $0 > 0 ? $0 : nil })
            }
            return heads
        }
    }

    /// How many jobs there are, and the size of the file in bytes.
    func size() async throws -> (jobs: Int, bytes: Int) {
        try await pool.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM listing") ?? 0,
                (try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0)
                    * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
            )
        }
    }

    // MARK: dead letters

    /// Jobs that were given up, in pages.
    /// - Parameter after: the last of the page before.
    func deadLetters(after: JobKey?, limit: Int) async throws -> [Submission] {
        try await pool.read { database in
            try Data.fetchAll(
                database,
                sql: """
                    SELECT jobs.record FROM listing JOIN jobs USING (backend, job)
                    WHERE listing.dead = 1 AND (listing.backend, listing.job) > (?, ?)
                    ORDER BY listing.backend, listing.job LIMIT ?
                    """, arguments: [after?.backend.rawValue ?? "", after?.job.text ?? "", limit]
            ).compactMap { try JSONDecoder().decode(JobRecord.self, from: $0).current }
        }
    }

    func deadLetterCounts() async throws -> [Backend: Int] {
        try await pool.read { database in
            var counts: [Backend: Int] = [:]
            for row in try Row.fetchAll(
                database, sql: "SELECT backend, count(*) AS count FROM listing WHERE dead = 1 GROUP BY backend")
            {
                if let backend = Backend(rawValue: row["backend"]) { counts[backend] = row["count"] }
            }
            return counts
        }
    }
}
