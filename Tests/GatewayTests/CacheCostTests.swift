import Core
import GRDB
import Testing
import Threads

@testable import Gateway

/// What an entry of the log costs in the cache, in statements of SQLite: exact counts, the same on every machine. Whoever
/// raises one says why.
@Suite struct CacheCostTests {
    @Test(arguments: [("submitted", 5), ("placed", 5), ("started", 6), ("ended", 5), ("deleted", 6), ("marker", 0)])
    func `An entry costs so many statements`(_ kind: String, _ statements: Int) async throws {
        let (few, many) = (try await count(kind, of: 100), try await count(kind, of: 200))
        #expect(many - few == statements * 100)
    }

    /// Statements of one transaction with so many entries of a kind, each about another job.
    private func count(_ kind: String, of jobs: Int) async throws -> Int {
        try await CacheFixture.with { cache in
            var log = TestLog()
            for number in 0..<jobs {
                let id = try CacheFixture.submission("j\(number)")
                try log.append(.submitted(id, try CacheFixture.request("j\(number)")))
            }
            var counted = log.arrivals.count
            func then(_ event: (SubmissionID, Placement) throws -> Event) throws {
                counted = log.arrivals.count
                for number in 0..<jobs {
                    try log.append(event(try CacheFixture.submission("j\(number)"), try CacheFixture.placement(number)))
                }
            }
            switch kind {
            case "marker": try then { _, _ in .marker }
            case "deleted": try then { id, _ in .deleted(id) }
            case "submitted": counted = 0
            default:
                try then { .placed($0, $1) }
                guard kind != "placed" else { break }
                try then { .status($0, $1, StatusReport(status: .started, message: "running")) }
                guard kind != "started" else { break }
                try then {
                    .status($0, $1, StatusReport(status: .finishedSuccessfully, message: "exited (0)", logs: "text"))
                }
            }
            if counted > 0 { _ = try await cache.fold(Array(log.arrivals[..<counted])) }
            let count = Locked(0)
            try await cache.pool.writeWithoutTransaction { database in
                database.trace(options: .statement) { _ in count.withLock { $0 += 1 } }
            }
            _ = try await cache.fold(Array(log.arrivals[counted...]))
            try await cache.pool.writeWithoutTransaction { $0.trace(options: .statement, nil) }
            return count.withLock { $0 }
        }
    }
}
