import Core
import Foundation
import GRDB
import Threads

/// One entry as it came from the log.
struct LogArrival: Sendable {
    enum Content: Sendable {
        case entry(LogEntry)
        /// A record as of some place, for those who have not read what is before it; this cache has.
        case snapshotNotNeeded
        /// Of a kind that a newer version writes, or no entry at all.
        case unknown
    }

    let offset: LogOffset
    let id: String
    let body: [UInt8]
    let content: Content

    var entry: LogEntry? { if case .entry(let entry) = content { entry } else { nil } }
}

/// What one entry did.
struct Folded: Sendable {
    let id: String
    let offset: LogOffset
    let outcome: FoldOutcome
    /// The record after the entry; without the output of a finished job.
    let record: JobRecord?
    /// Whether what clients see of the job is something else after it.
    var hasChanged = false
}

extension Cache {
    /// Applies entries in log order and flushes them, all in one transaction.
    func fold(_ arrivals: [LogArrival]) async throws -> (results: [Folded], position: CachePosition) {
        // Read anew when the transaction fails.
        let known = knownPosition.withLock { position in
            defer { position = nil }
            return position
        }
        let keys = Set(arrivals.lazy.compactMap { $0.entry?.event.key })
        recent.beginChange(of: keys)
        // Before anybody is told: whoever asks after that is shown what is true then.
        defer { recent.endChange(of: keys) }
        let results: [Folded]
        let position: CachePosition
        let hadNoBase: Bool
        do {
            let changed: [JobRecord]?
            (results, position, changed, hadNoBase) = try await pool.write { [folded] database in
                let before = try known ?? Self.position(database)
                var batch = FoldBatch(database, before, folded)
                let results = try arrivals.map { try batch.apply($0) }
                let changed = try batch.finish()
                return (results, batch.position, batch.forgets ? nil : changed, before.needsBase)
            }
            if let changed { folded.keep(changed) } else { folded.forgetAll() }
        } catch {
            folded.forgetAll()
            throw error
        }
        knownPosition.withLock { $0 = position }
        needsSnapshots = position.needsBase
        if hadNoBase { recent.forgetAll() }
        return (results, position)
    }

    func position() async throws -> CachePosition {
        if let known = knownPosition.withLock({ $0 }) { return known }
        return try await pool.read { try Self.position($0) }
    }

    static func position(_ database: Database) throws -> CachePosition {
        var position = CachePosition()
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM meta") {
            let key: String = row["key"]
            switch key {
            case "log": position.log = try (row["value"] as String?).map { try Nonce($0) }
            case "offset": position.lastOffset = row["value"]
            case "dispatched": position.dispatched = row["value"]
            case "read_at":
                position.storedReadAt = row["value"]
                position.readAt = position.storedReadAt
            case "known_until": position.knownUntil = row["value"]
            case "truncated_log": position.truncatedLog = try (row["value"] as String?).map { try Nonce($0) }
            case "rebuilding": position.rebuilding = row["value"]
            case "needs_base": position.needsBase = row["value"]
            case "growth_entries": position.sinceCheckpoint.entries = row["value"]
            case "growth_bytes": position.sinceCheckpoint.bytes = row["value"]
            case "checkpoint_read_at": position.checkpointReadAt = row["value"]
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
    private let before: CachePosition
    private let folded: FoldedRecords
    private(set) var position: CachePosition
    private var records: [JobKey: JobRecord] = [:]
    private var changed: Set<JobKey> = []
    /// Those of which another submission is shown than before, whose output is not this one's.
    private var renewed: Set<JobKey> = []
    /// Whether rows were taken away, so that `folded` may know what is gone.
    private(set) var forgets = false

    /// - Parameter position: as the file has it.
    init(_ database: Database, _ position: CachePosition, _ folded: FoldedRecords) {
        self.database = database
        self.folded = folded
        before = position
        self.position = position
    }

    mutating func apply(_ arrival: LogArrival) throws -> Folded {
        // The first entry ever has offset 0; where reading begins later, retention has taken what was before.
        if position.lastOffset == nil, arrival.offset > 0 { position.needsBase = true }
        position.lastOffset = arrival.offset
        position.landmarks.append(.init(offset: arrival.offset, id: arrival.id))
        let passedOver = Folded(id: arrival.id, offset: arrival.offset, outcome: .ignored, record: nil)
        let entry: LogEntry
        switch arrival.content {
        case .entry(let known): entry = known
        case .snapshotNotNeeded: return passedOver
        case .unknown:
            try database.execute(
                sql: "INSERT OR REPLACE INTO unread (offset, body) VALUES (?, ?)",
                arguments: [arrival.offset, Data(arrival.body)])
            return passedOver
        }
        if position.log == nil { position.log = entry.log }
        // Nothing can be dispatched before it is submitted: one that says so speaks of a log that was lost.
        if case .dispatched(let upTo) = entry.event, upTo < arrival.offset {
            position.dispatched = max(position.dispatched, upTo)
        }
        if position.needsBase {
            try hold(arrival)
        } else if case .forgotten(let upTo) = entry.event {
            try forget(upTo: min(upTo, arrival.offset))
        }
        switch entry.event {
        case .checkpointStarted, .snapshot: break
        case .checkpointFinished(let id):
            position.sinceCheckpoint = .init()
            position.checkpointReadAt = Int(Date.now.timeIntervalSince1970)
            if position.needsBase { try standOn(id) }
        default:
            position.sinceCheckpoint.entries += 1
            position.sinceCheckpoint.bytes += arrival.body.count
        }
        guard let key = entry.event.key, !position.needsBase else { return passedOver }
        let (outcome, record, hasChanged) = try apply(entry, about: key, at: arrival.offset)
        return Folded(id: arrival.id, offset: arrival.offset, outcome: outcome, record: record, hasChanged: hasChanged)
    }

    private mutating func apply(
        _ entry: LogEntry, about key: JobKey, at offset: LogOffset
    ) throws -> (FoldOutcome, JobRecord, Bool) {
        var record =
            try records[key] ?? (forgets ? nil : folded.find(key)) ?? Cache.storedRecord(database, key)
            ?? JobRecord(key: key)
        let before = record
        let outcome = record.apply(entry.event, at: offset, writtenAt: entry.writtenAt)
        records[key] = record
        guard record != before else { return (outcome, record, false) }
        changed.insert(key)
        if record.current?.id != before.current?.id { renewed.insert(key) }
        let place = LogPlace(log: position.log ?? entry.log, offset: offset)
        if let change = HistoryEntry(entry, at: place, leaving: record) {
            try Cache.keep(database, change, of: key)
        }
        // What a deleted submission left behind concerns its engine only.
        return (outcome, record, record.current != before.current)
    }

    /// - Parameter isLater: whether what is known of a job is as of a later place than this entry.
    private mutating func forget(upTo offset: LogOffset, except isLater: ((JobKey) -> Bool)? = nil) throws {
        _ = try store()
        (records, forgets) = ([:], true)
        guard let isLater else {
            try database.cachedStatement(sql: "DELETE FROM jobs WHERE deleted_at <= ?").execute(arguments: [offset])
            return
        }
        for row in try Row.fetchAll(
            database, sql: "SELECT backend, job FROM jobs WHERE deleted_at <= ?", arguments: [offset])
        {
            guard let backend = Backend(rawValue: row["backend"]) else { continue }
            let key = JobKey(backend: backend, job: try JobID(row["job"]))
            guard !isLater(key) else { continue }
            try database.cachedStatement(sql: "DELETE FROM jobs WHERE backend = ? AND job = ?")
                .execute(arguments: [backend.rawValue, key.job.text])
        }
    }

    private func hold(_ arrival: LogArrival) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO held (offset, id, body) VALUES (?, ?, ?)",
            arguments: [arrival.offset, arrival.id, Data(arrival.body)])
    }

    /// Takes the snapshots of a checkpoint that was read whole as they were, and folds what came after each.
    private mutating func standOn(_ checkpoint: Nonce) throws {
        var began: LogOffset?
        var asOf: [JobKey: LogOffset] = [:]
        let held = HeldEntries(database)
        while let (entry, heldAt) = try held.next() {
            switch entry.event {
            case .checkpointStarted(checkpoint): began = heldAt
            case .snapshot(checkpoint, let record, let offset) where began != nil:
                // Written at once: a checkpoint may hold more records than memory.
                try Cache.store(database, record)
                let place = LogPlace(log: position.log ?? entry.log, offset: heldAt)
                if let known = HistoryEntry(entry, at: place, leaving: record) {
                    try Cache.keep(database, known, of: record.key)
                }
                asOf[record.key] = offset
            default: break
            }
        }
        guard let began else { return }
        position.needsBase = false
        // Who is in none of them was unknown, or forgotten, when they were begun. A gateway of an older version may have begun
        // before it had read so far.
        let absent = asOf.values.min() ?? began
        let again = HeldEntries(database)
        while let (entry, offset) = try again.next() {
            if case .forgotten(let upTo) = entry.event {
                try forget(upTo: min(upTo, offset)) { asOf[$0] ?? -1 >= offset }
            }
            guard let key = entry.event.key, offset > asOf[key] ?? absent else { continue }
            _ = try apply(entry, about: key, at: offset)
        }
        try database.execute(sql: "DELETE FROM held")
    }

    /// - Returns: the records that it has written.
    private mutating func store() throws -> [JobRecord] {
        let written = changed.compactMap { records[$0] }
        for record in written { try Cache.store(database, record, keepingOutput: !renewed.contains(record.key)) }
        (changed, renewed) = ([], [])
        return written
    }

    /// - Returns: the records that it has written.
    mutating func finish() throws -> [JobRecord] {
        let written = try store()
        position.readAt = Int(Date.now.timeIntervalSince1970)
        if abs(position.readAt - position.storedReadAt) >= CachePosition.readAtStep {
            position.storedReadAt = position.readAt
        }
        let surplus = position.landmarks.count - CachePosition.landmarkCount
        if surplus > 0 { position.landmarks.removeFirst(surplus) }
        try writeLandmarks()
        func write<Value: DatabaseValueConvertible & Equatable>(_ key: String, _ part: (CachePosition) -> Value?) throws
        {
            if part(position) != part(before) { try Cache.setMeta(database, key, part(position)) }
        }
        try write("log") { $0.log?.text }
        try write("offset") { $0.lastOffset }
        try write("dispatched") { $0.dispatched }
        try write("needs_base") { $0.needsBase }
        try write("growth_entries") { $0.sinceCheckpoint.entries }
        try write("growth_bytes") { $0.sinceCheckpoint.bytes }
        try write("read_at") { $0.storedReadAt }
        try write("checkpoint_read_at") { $0.checkpointReadAt }
        return written
    }

    private func writeLandmarks() throws {
        if let first = position.landmarks.first?.offset {
            try database.cachedStatement(sql: "DELETE FROM recent WHERE offset < ?").execute(arguments: [first])
        }
        let known = before.landmarks.last?.offset
        for landmark in position.landmarks where known.map({ landmark.offset > $0 }) ?? true {
            try database.cachedStatement(sql: "INSERT OR REPLACE INTO recent (offset, id) VALUES (?, ?)")
                .execute(arguments: [landmark.offset, landmark.id])
        }
    }
}

/// The entries that are held, in log order, a page at a time.
private final class HeldEntries {
    private let database: Database
    private var page: [(LogOffset, Data)] = []
    private var last: LogOffset = -1

    init(_ database: Database) { self.database = database }

    func next() throws -> (LogEntry, LogOffset)? {
        while true {
            if page.isEmpty {
                page = try Row.fetchAll(
                    database, sql: "SELECT offset, body FROM held WHERE offset > ? ORDER BY offset LIMIT 500",
                    arguments: [last]
                ).map { ($0["offset"], $0["body"]) }.reversed()
            }
            guard let (offset, body) = page.popLast() else { return nil }
            last = offset
            if let entry = try? LogEntry.decode(Array(body)) { return (entry, offset) }
        }
    }
}
