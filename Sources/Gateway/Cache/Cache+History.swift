import Core
import Foundation
import GRDB

extension Cache {
    /// How many entries of one job are kept; where there are more, reports in the middle go first.
    static let maximumHistory = 200

    static func keep(_ database: Database, _ entry: HistoryEntry, of key: JobKey) throws {
        let arguments: StatementArguments = [key.backend.rawValue, key.job.text]
        if entry.kind == "deleted" {
            try database.cachedStatement(sql: "DELETE FROM history WHERE backend = ? AND job = ?")
                .execute(arguments: arguments)
            return
        }
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO history (backend, job, offset, kind, entry) VALUES (?, ?, ?, ?, ?)"
        ).execute(
            arguments: arguments + [entry.id.offset, entry.kind, try JSONEncoder().encode(entry)])
        // Nothing else can come without end.
        guard entry.kind == "status" || entry.kind == "restored" else { return }
        try database.cachedStatement(
            sql: """
                DELETE FROM history WHERE backend = ?1 AND job = ?2 AND kind IN ('status', 'restored') AND offset <= (
                    SELECT offset FROM history WHERE backend = ?1 AND job = ?2 AND kind IN ('status', 'restored')
                    ORDER BY offset DESC LIMIT 1 OFFSET \(maximumHistory - 10))
                """
        ).execute(arguments: arguments)
    }

    /// What happened to a job that is not deleted, oldest first.
    /// - Parameter offset: only what came after it.
    func history(_ key: JobKey, after offset: LogOffset = -1) async throws -> [HistoryEntry] {
        try await pool.read { try Self.history($0, key, after: offset) }
    }

    static func history(_ database: Database, _ key: JobKey, after offset: LogOffset) throws -> [HistoryEntry] {
        try Data.fetchAll(
            database, sql: "SELECT entry FROM history WHERE backend = ? AND job = ? AND offset > ? ORDER BY offset",
            arguments: [key.backend.rawValue, key.job.text, offset]
        ).compactMap { try? JSONDecoder().decode(HistoryEntry.self, from: $0) }
    }

    /// A job and its history as of one moment.
    func recordWithHistory(_ key: JobKey) async throws -> (JobRecord?, [HistoryEntry]) {
        try await pool.read { database in
            (try Self.fullRecord(database, key), try Self.history(database, key, after: -1))
        }
    }
}
