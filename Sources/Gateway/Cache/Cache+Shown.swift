import Core
import Foundation
import GRDB
import HTTPTypes

extension Cache {
    /// What clients are shown of a job; nil: this gateway knows of none.
    func shown(_ key: JobKey) async throws -> ShownJob? {
        if let job = recent.find(key) { return job }
        let ticket = recent.ticket(for: key)
        let found: (Submission, Int)? = try await pool.read { database in
            guard let row = try Self.fullRow(database, key), let current = try Self.decode(row).current else {
                return nil
            }
            let record: Data = row["record"]
            return (current, record.count)
        }
        guard let (current, size) = found else { return nil }
        if current.isFinal {
            let body = Answer.json(.ok, JobAnswer(current)).body
            let job = ShownJob.finished(body)
            recent.keep(job, size: body.count + Self.overhead, for: key, ticket)
            return job
        }
        let job = ShownJob.unfinished(current)
        // As values it takes more than as JSON.
        recent.keep(job, size: 4 * size + Self.overhead, for: key, ticket)
        return job
    }

    /// For the key and its place in a table.
    private static let overhead = 300
}
