import Core
import Foundation
import GRDB

extension Cache {
    /// Submissions that need a worker, in the order in which they came, after an offset.
    func unplaced(after offset: LogOffset, limit: Int) async throws -> [Submission] {
        try await unplaced(
            """
            SELECT backend, job, unplaced_at, record FROM jobs WHERE unplaced_at > ?
            ORDER BY unplaced_at LIMIT ?
            """, [offset, limit])
    }

    /// Those of one backend.
    func unplaced(of backend: Backend, after offset: LogOffset, limit: Int) async throws -> [Submission] {
        try await unplaced(
            """
            SELECT backend, job, unplaced_at, record FROM jobs INDEXED BY jobs_waiting
            WHERE backend = ? AND unplaced_at > ? ORDER BY unplaced_at LIMIT ?
            """, [backend.rawValue, offset, limit])
    }

    private func unplaced(_ query: String, _ arguments: StatementArguments) async throws -> [Submission] {
        try await pool.read { [folded] database in
            let rows = try Row.fetchCursor(try database.cachedStatement(sql: query), arguments: arguments)
            var found: [Submission] = []
            while let row = try rows.next() {
                // Who posts a job waits for it to be dispatched: most of them have just been folded.
                if let key = try Self.key(row), let known = folded.find(key)?.current,
                    known.submittedAt == row["unplaced_at"]
                {
                    found.append(known)
                } else if let current = try JSONDecoder().decode(JobRecord.self, from: row["record"]).current {
                    found.append(current)
                }
            }
            return found
        }
    }

    /// The job that a row is about; nil where its backend is one of a newer version.
    private static func key(_ row: Row) throws -> JobKey? {
        guard let backend = Backend(rawValue: row["backend"]) else { return nil }
        return JobKey(backend: backend, job: try JobID(row["job"]))
    }

    /// Where a job stands among those of its backend that need a worker.
    /// - Returns: its position, nil beyond ten thousand, because nobody waits for the counting; and when the first of them
    ///   was submitted, in seconds since 1970.
    func queuePlace(of submission: Submission) async throws -> (position: Int?, headSubmittedAt: Double?) {
        let backend = submission.id.key.backend.rawValue
        return try await pool.read { database in
            let before =
                try Int.fetchOne(
                    try database.cachedStatement(
                        sql: """
                            SELECT count(*) FROM (
                                SELECT 1 FROM jobs INDEXED BY jobs_waiting
                                WHERE backend = ? AND unplaced_at IS NOT NULL AND unplaced_at < ? LIMIT 10000)
                            """), arguments: [backend, submission.submittedAt]) ?? 0
            let head = try Double.fetchOne(
                try database.cachedStatement(
                    sql: """
                        SELECT listing.submitted_at FROM jobs INDEXED BY jobs_waiting JOIN listing USING (backend, job)
                        WHERE jobs.backend = ? AND jobs.unplaced_at IS NOT NULL ORDER BY jobs.unplaced_at LIMIT 1
                        """), arguments: [backend])
            return (before < 10_000 ? before + 1 : nil, head.flatMap { $0 > 0 ? $0 : nil })
        }
    }

    /// Jobs whose final status is older than a time, in pages.
    /// - Parameters:
    ///   - time: in seconds since 1970.
    ///   - after: the last key of the page before.
    func finished(before time: Int, after: JobKey?, limit: Int) async throws -> [Submission] {
        try await pool.read { database in
            try Data.fetchAll(
                database,
                sql: """
                    SELECT record FROM jobs WHERE finished_at < ? AND (backend, job) > (?, ?)
                    ORDER BY backend, job LIMIT ?
                    """, arguments: [time, after?.backend.rawValue ?? "", after?.job.text ?? "", limit]
            ).compactMap { try JSONDecoder().decode(JobRecord.self, from: $0).current }
        }
    }

    /// What engines have to do.
    /// - Parameters:
    ///   - engine: nil for all.
    ///   - limit: of each engine, so that one which is away hides nothing of the others.
    func work(_ kind: EngineWork.Kind, engine: EngineID? = nil, limit: Int) async throws -> [EngineWork] {
        try await pool.read { database in
            if let engine { return try Self.work(database, kind, engine.text, limit) }
            // From engine to engine by the index, past all the rows of each.
            let next = try database.cachedStatement(sql: "SELECT min(engine) FROM work WHERE kind = ? AND engine > ?")
            var all: [EngineWork] = []
            var last = ""
            while let engine = try String.fetchOne(next, arguments: [kind.rawValue, last]) {
                all += try Self.work(database, kind, engine, limit)
                last = engine
            }
            return all
        }
    }

    private static func work(
        _ database: Database, _ kind: EngineWork.Kind, _ engine: String, _ limit: Int
    ) throws -> [EngineWork] {
        let statement = try database.cachedStatement(
            sql: "SELECT backend, job, engine, object, submission FROM work WHERE kind = ? AND engine = ? LIMIT ?")
        return try Row.fetchAll(statement, arguments: [kind.rawValue, engine, limit]).compactMap { row in
            guard let key = try Self.key(row) else { return nil }
            guard let submission = SubmissionID(key: key, label: row["submission"]) else { return nil }
            return EngineWork(
                kind: kind, engine: try EngineID(row["engine"]),
                subject: .init(submission: submission, object: try ObjectID(row["object"])))
        }
    }

    /// Engines for which there is something to do or to report.
    func busyEngines() async throws -> [EngineID] {
        try await pool.read { database in
            try String.fetchAll(database, sql: "SELECT DISTINCT engine FROM work").map { try EngineID($0) }
        }
    }

    /// All records in pages, each with the offset that it is as of.
    /// - Parameter after: the last key of the page before.
    func snapshot(after: JobKey?, limit: Int) async throws -> (records: [JobRecord], asOf: LogOffset) {
        try await pool.read { database in
            let records = try Row.fetchAll(
                database,
                sql: "SELECT record, logs FROM jobs WHERE (backend, job) > (?, ?) ORDER BY backend, job LIMIT ?",
                arguments: [after?.backend.rawValue ?? "", after?.job.text ?? "", limit]
            ).map { try Self.decode($0) }
            return (records, try Self.position(database).lastOffset ?? -1)
        }
    }

    func recordCount() async throws -> Int {
        try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM jobs") ?? 0 }
    }
}
