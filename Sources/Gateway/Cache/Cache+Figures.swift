import GRDB

extension Cache {
    /// How many job ids it knows, and how large its database is.
    func size() async throws -> (jobs: Int, bytes: Int) {
        try await pool.read { database in
            let jobs = try Int.fetchOne(database, sql: "SELECT count(*) FROM listing") ?? 0
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return (jobs, pages * (try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0))
        }
    }

    /// By backend: how many jobs need a worker, and when the oldest was submitted, in seconds since 1970.
    func waiting() async throws -> [String: (count: Int, oldest: Double)] {
        try await pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT backend, count(*) AS count, coalesce(min(nullif(submitted_at, 0)), 0) AS oldest
                    FROM jobs JOIN listing USING (backend, job) WHERE unplaced_at IS NOT NULL GROUP BY backend
                    """)
            return Dictionary(rows.map { ($0["backend"], ($0["count"], $0["oldest"])) }) { first, _ in first }
        }
    }

    /// By backend: jobs that are there still and ended because starting them failed too often or nobody could read them.
    func deadLetterCounts() async throws -> [String: Int] {
        try await pool.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT backend, count(*) AS count FROM listing JOIN jobs USING (backend, job)
                    WHERE status = 'finishedWithError'
                    AND json_extract(CAST(record AS TEXT), '$.current.report.cause') IN ('gaveUp', 'unreadable')
                    GROUP BY backend
                    """)
            return Dictionary(rows.map { ($0["backend"], $0["count"]) }) { first, _ in first }
        }
    }
}
