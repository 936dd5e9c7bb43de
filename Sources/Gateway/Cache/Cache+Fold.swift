import Core
import Foundation
import GRDB

/// One entry as it came from the log.
struct LogArrival: Sendable {
    let offset: LogOffset
    let id: String
    let body: [UInt8]
    /// nil when it is of a kind that a newer version writes.
    let entry: LogEntry?
}

/// What one entry did.
struct Folded: Sendable {
    let id: String
    let offset: LogOffset
    let outcome: FoldOutcome
    /// The record after the entry; without the output of a finished job.
    let record: JobRecord?
}

extension Cache {
    /// Applies entries in log order and flushes them, all in one transaction.
    func fold(_ arrivals: [LogArrival]) async throws -> (results: [Folded], position: CachePosition) {
        try await pool.write { database in
            var batch = try FoldBatch(database)
            let results = try arrivals.map { try batch.apply($0) }
            try batch.finish()
            return (results, batch.position)
        }
    }

    func position() async throws -> CachePosition {
        try await pool.read { try Self.position($0) }
    }

    static func position(_ database: Database) throws -> CachePosition {
        var position = CachePosition()
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM meta") {
            let key: String = row["key"]
            switch key {
            case "log": position.log = try (row["value"] as String?).map { try Nonce($0) }
            case "offset": position.lastOffset = row["value"]
            case "dispatched": position.dispatched = row["value"]
            case "rebuilding": position.rebuilding = row["value"]
            default: break
            }
        }
        position.landmarks = try Row.fetchAll(database, sql: "SELECT offset, id FROM recent ORDER BY offset").map {
            CachePosition.Landmark(offset: $0["offset"], id: $0["id"])
        }
        return position
    }
}

/// The state of one transaction: records are read once, changed in memory and written at the end.
private struct FoldBatch {
    let database: Database
    var position: CachePosition
    private var records: [JobKey: JobRecord] = [:]
    private var changed: Set<JobKey> = []

    init(_ database: Database) throws {
        self.database = database
        position = try Cache.position(database)
    }

    mutating func apply(_ arrival: LogArrival) throws -> Folded {
        position.lastOffset = arrival.offset
        position.landmarks.append(.init(offset: arrival.offset, id: arrival.id))
        guard let entry = arrival.entry else {
            try database.execute(
                sql: "INSERT OR REPLACE INTO unread (offset, body) VALUES (?, ?)",
                arguments: [arrival.offset, Data(arrival.body)])
            return Folded(id: arrival.id, offset: arrival.offset, outcome: .ignored, record: nil)
        }
        if position.log == nil { position.log = entry.log }
        if case .dispatched(let upTo) = entry.event { position.dispatched = max(position.dispatched, upTo) }
        guard let key = entry.event.key else {
            return Folded(id: arrival.id, offset: arrival.offset, outcome: .ignored, record: nil)
        }
        var record = try records[key] ?? Cache.storedRecord(database, key) ?? JobRecord(key: key)
        let before = record
        let outcome = record.apply(entry.event, at: arrival.offset)
        records[key] = record
        if record != before { changed.insert(key) }
        return Folded(id: arrival.id, offset: arrival.offset, outcome: outcome, record: record)
    }

    mutating func finish() throws {
        for key in changed {
            if let record = records[key] { try Cache.store(database, record) }
        }
        if position.landmarks.count > CachePosition.landmarkCount {
            position.landmarks.removeFirst(position.landmarks.count - CachePosition.landmarkCount)
        }
        try database.execute(sql: "DELETE FROM recent")
        for landmark in position.landmarks {
            try database.execute(
                sql: "INSERT OR REPLACE INTO recent (offset, id) VALUES (?, ?)",
                arguments: [landmark.offset, landmark.id])
        }
        try Cache.setMeta(database, "log", position.log?.text)
        try Cache.setMeta(database, "offset", position.lastOffset)
        try Cache.setMeta(database, "dispatched", position.dispatched)
    }
}
