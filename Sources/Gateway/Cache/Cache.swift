import Core
import Foundation
import GRDB
import Threads

/// This gateway's copy of what the log says: records and log position in one SQLite file, changed in one transaction.
///
/// The file is flushed (`synchronous=FULL`) before anything is answered by what it holds, because a stream's confirm on
/// one broker node is not: after a power failure it is this file that knows the jobs.
final class Cache: Sendable {
    let pool: DatabasePool
    let recent = RecentJobs()
    let folded = FoldedRecords()
    /// As the last transaction left it; nil: to be read from the file.
    let knownPosition = Locked<CachePosition?>(nil)
    /// Whether a checkpoint may still be what this cache stands on: not after it has read the log from its beginning.
    var needsSnapshots: Bool {
        get { snapshots.withLock { $0 } }
        set { snapshots.withLock { $0 = newValue } }
    }
    private let snapshots = Locked(true)
    private let readings = Locked(0)

    /// Rises each time the log is read anew from its beginning: offsets of different readings cannot be compared.
    var reading: Int { readings.withLock { $0 } }

    func noteNewReading() { readings.withLock { $0 += 1 } }

    /// - Throws: `CacheFailure` saying what to do about the file.
    init(directory: String) throws {
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = 4
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous=FULL")
                try database.execute(sql: "PRAGMA journal_size_limit=67108864")
            }
            pool = try DatabasePool(path: directory + "/cache.sqlite", configuration: configuration)
            guard try pool.read({ try !Self.migrator.hasBeenSuperseded($0) }) else {
                throw CacheFailure(
                    description: "the cache in \(directory) was written by a newer version of pman; run that one, "
                        + "or move the folder away: the gateway then reads the log again")
            }
            try Self.migrator.migrate(pool)
        } catch let failure as CacheFailure {
            throw failure
        } catch {
            throw CacheFailure(
                description: "the cache in \(directory) cannot be used (\(error)); "
                    + "check STATE_DIR, or move the folder away: the gateway then reads the log again")
        }
    }

    func close() throws { try pool.close() }
}

/// The cache's file cannot be used.
struct CacheFailure: Error, CustomStringConvertible {
    let description: String
}
