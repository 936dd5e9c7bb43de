import Core
import Threads

/// The records that were written last, as they stand in the cache's file, in bounded memory: what comes next is mostly about
/// the same jobs, and to read their records again costs more than the change.
final class FoldedRecords: Sendable {
    private struct State: Sendable {
        /// When the young ones are many the old ones are forgotten, and the young ones are old.
        var young: [JobKey: JobRecord] = [:]
        var old: [JobKey: JobRecord] = [:]
    }

    private let state = Locked(State())
    private let limit: Int
    /// Records with longer commands are not kept, in bytes.
    private static let greatestLength = 16_384

    /// - Parameter limit: how many are kept for certain; there are never more than twice as many.
    init(limit: Int = 500) { self.limit = limit }

    /// Without the output, like `Cache.storedRecord`.
    func find(_ key: JobKey) -> JobRecord? {
        state.withLock { $0.young[key] ?? $0.old[key] }
    }

    /// Takes in what the file holds from now on.
    func keep(_ records: [JobRecord]) {
        state.withLock { state in
            for var record in records {
                state.old[record.key] = nil
                state.young[record.key] = nil
                guard Self.isShort(record) else { continue }
                record.current?.report?.logs = nil
                if state.young.count >= limit { state = State(old: state.young) }
                state.young[record.key] = record
            }
        }
    }

    func forgetAll() { state.withLock { $0 = State() } }

    private static func isShort(_ record: JobRecord) -> Bool {
        guard let request = record.current?.request else { return record.leftovers.count < 10 }
        var length = record.leftovers.count * 200
        for word in request.entrypoint + request.arguments { length += word.utf8.count }
        for entry in request.environment { length += entry.text.utf8.count }
        return length <= greatestLength
    }
}
