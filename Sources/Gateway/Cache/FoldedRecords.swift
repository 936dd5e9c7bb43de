import Core
import Threads

/// The records that were written last, as they stand in the cache's file, in bounded memory: what comes next is mostly about
/// the same jobs, and to read their records again costs more than the change.
final class FoldedRecords: Sendable {
    private let records: Locked<Generations<JobKey, JobRecord>>
    /// Records with longer commands are not kept, in bytes.
    private static let greatestLength = 16_384

    /// - Parameter limit: how many are kept for certain; there are never more than twice as many.
    init(limit: Int = 500) { records = Locked(Generations(half: limit)) }

    /// Without the output, like `Cache.storedRecord`.
    func find(_ key: JobKey) -> JobRecord? {
        records.withLock { $0.find(key) }
    }

    /// Takes in what the file holds from now on.
    func keep(_ written: [JobRecord]) {
        records.withLock { records in
            for var record in written {
                guard Self.isShort(record) else {
                    records.remove(record.key)
                    continue
                }
                record.current?.report?.logs = nil
                records.put(record, size: 1, for: record.key)
            }
        }
    }

    func forgetAll() { records.withLock { $0.removeAll() } }

    private static func isShort(_ record: JobRecord) -> Bool {
        guard let request = record.current?.request else { return record.leftovers.count < 10 }
        var length = record.leftovers.count * 200
        for word in request.entrypoint + request.arguments { length += word.utf8.count }
        for entry in request.environment { length += entry.text.utf8.count }
        return length <= greatestLength
    }
}
