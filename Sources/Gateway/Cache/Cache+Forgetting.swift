import Core
import Foundation
import GRDB

extension Cache {
    /// A place in the log, and when this gateway saw that it was the log's end.
    struct Mark: Sendable, Equatable {
        let log: Nonce
        let offset: LogOffset
        /// In seconds since 1970 by this machine's clock.
        let seenAt: Int
    }

    /// nil: none was kept since the log was read from its beginning.
    func mark() async throws -> Mark? {
        try await pool.read { database in
            guard
                let text = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'mark'"),
                case let words = text.split(separator: " "), words.count == 3,
                let log = try? Nonce(String(words[0])), let offset = LogOffset(words[1]), let seenAt = Int(words[2])
            else { return nil }
            return Mark(log: log, offset: offset, seenAt: seenAt)
        }
    }

    func keep(_ mark: Mark) async throws {
        try await pool.write { try Self.setMeta($0, "mark", "\(mark.log.text) \(mark.offset) \(mark.seenAt)") }
    }

    /// Whether a job is known only to have been deleted up to there.
    func hasTombstone(upTo offset: LogOffset) async throws -> Bool {
        try await pool.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE deleted_at <= ?)", arguments: [offset]) ?? false
        }
    }

    /// Whether an entry was kept because the version that came upon it did not know its kind, and this one does.
    func holdsEntriesToRead() async throws -> Bool {
        try await pool.read { database in
            let bodies = try Data.fetchCursor(database, sql: "SELECT body FROM unread")
            while let body = try bodies.next() {
                if (try? LogEntry.decode(Array(body))) != nil { return true }
            }
            return false
        }
    }
}
