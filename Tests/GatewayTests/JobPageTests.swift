import Core
import Foundation
import GRDB
import Testing

@testable import Gateway

@Suite struct JobPageTests {
    private static func time(_ second: Int) -> String {
        Date(timeIntervalSince1970: Double(second)).formatted(.iso8601)
    }

    /// Jobs `j1`, `j2`, … that were submitted a second apart.
    private static func filled(_ cache: Cache, _ numbers: ClosedRange<Int>, log: inout TestLog) async throws {
        let before = log.arrivals.count
        for number in numbers {
            try log.append(
                .submitted(
                    try CacheFixture.submission("j\(number)"),
                    try CacheFixture.request("j\(number)", image: number % 2 == 0 ? "local/even:1" : "local/odd:1")),
                writtenAt: time(1_000 + number))
        }
        _ = try await cache.fold(Array(log.arrivals[before...]))
    }

    private static func walk(_ cache: Cache, _ query: JobPageQuery, between: () async throws -> Void = {}) async throws
        -> [String]
    {
        var query = query
        var found: [String] = []
        while true {
            let page = try await cache.page(query)
            found += page.map(\.id.key.job.text)
            guard let last = page.last else { return found }
            query.after = try JobCursor(JobCursor(last).text)
            try await between()
        }
    }

    @Test func `pages hold each job once, the newest first, while others come and go`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try await Self.filled(cache, 1...25, log: &log)
            var next = 100
            let found = try await Self.walk(cache, JobPageQuery(limit: 4)) {
                try await Self.filled(cache, next...next + 2, log: &log)
                next += 3
                // One that was shown, and one that is not there any more.
                let deleted = try CacheFixture.submission("j\(next % 2 == 0 ? 25 : 1)")
                try log.append(.deleted(deleted))
                _ = try await cache.fold([try #require(log.arrivals.last)])
            }
            #expect(found == (2...25).reversed().map { "j\($0)" })
        }
    }

    @Test func `each filter finds its jobs`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try await Self.filled(cache, 1...10, log: &log)
            let before = log.arrivals.count
            for number in 1...5 {
                let id = try CacheFixture.submission("j\(number)")
                let placement = try CacheFixture.placement(number)
                try log.append(.placed(id, placement))
                let status: JobStatus = number < 3 ? .started : .finishedWithError
                try log.append(.status(id, placement, StatusReport(status: status, message: "x", logs: "out")))
            }
            _ = try await cache.fold(Array(log.arrivals[before...]))
            func find(_ change: (inout JobPageQuery) throws -> Void) async throws -> [String] {
                var query = JobPageQuery(limit: 3)
                try change(&query)
                return try await Self.walk(cache, query)
            }
            #expect(try await find { $0.statuses = [.started] } == ["j2", "j1"])
            #expect(try await find { $0.statuses = [.started, .finishedWithError] }.count == 5)
            #expect(try await find { $0.statuses = [.notstarted] } == ["j10", "j9", "j8", "j7", "j6"])
            #expect(try await find { $0.backend = .docker }.count == 10)
            #expect(try await find { $0.backend = .slurm }.isEmpty)
            #expect(try await find { $0.engines = [try EngineID("engine-1")] } == ["j5", "j3", "j1"])
            #expect(
                try await find {
                    $0.engines = [try EngineID("engine-1"), try EngineID("engine-0")]
                    $0.statuses = [.started]
                } == ["j2", "j1"])
            #expect(try await find { $0.engines = [] }.isEmpty)
            #expect(try await find { $0.search = "EVEN" } == ["j10", "j8", "j6", "j4", "j2"])
            #expect(try await find { $0.search = "/share/outgoing" }.count == 10)
            #expect(try await find { $0.search = "%" }.isEmpty)
            #expect(try await find { $0.search = "_" }.isEmpty)
            #expect(try await find { $0.search = "'\\" }.isEmpty)
            #expect(try await find { $0.submittedFrom = 1_009 } == ["j10", "j9"])
            #expect(try await find { $0.submittedTo = 1_002 } == ["j2", "j1"])
            #expect(try await find { ($0.submittedFrom, $0.submittedTo) = (1_004, 1_005) } == ["j5", "j4"])
        }
    }

    @Test func `a file of the version before is upgraded`() async throws {
        try await CacheFixture.withDirectory { directory in
            let id = try CacheFixture.submission("old")
            var record = JobRecord(key: id.key)
            _ = record.apply(.submitted(id, try CacheFixture.request("old")), at: 7)
            let gone = JobRecord(key: JobKey(backend: .docker, job: try JobID("gone")))
            do {
                let pool = try DatabasePool(path: directory + "/cache.sqlite")
                try Cache.migrator.migrate(pool, upTo: "1")
                for record in [record, gone] {
                    try await pool.write { database in
                        try database.execute(
                            sql: "INSERT INTO jobs (backend, job, record, unplaced_at) VALUES (?, ?, ?, 7)",
                            arguments: [
                                record.key.backend.rawValue, record.key.job.text, try JSONEncoder().encode(record),
                            ])
                    }
                }
                try await pool.write { try $0.execute(sql: "INSERT INTO meta VALUES ('offset', 7)") }
                try pool.close()
            }
            let cache = try Cache(directory: directory)
            #expect(try await cache.page(JobPageQuery()).map(\.id) == [id])
            #expect(try await cache.history(id.key).isEmpty)
            #expect(try await cache.position().lastOffset == 7)
            var log = TestLog()
            for _ in 0..<3 { try log.append(.marker) }
            try log.append(.deleted(id))
            _ = try await cache.fold([try #require(log.arrivals.last)])
            #expect(try await cache.page(JobPageQuery()).isEmpty)
            try cache.close()
        }
    }

    @Test(arguments: [
        "", "x", "1-2-docker", "1-2-docker-", "1-2-moon-a", "a-2-docker-j", "01-2-docker-j", "1-2-podman-j",
        "1-2-docker-a/b",
    ])
    func `what no page ended with is no cursor`(text: String) {
        #expect(throws: InvalidValue.self) { try JobCursor(text) }
    }

    @Test func `a cursor of a job id with dashes is read back`() throws {
        #expect(try JobCursor("1-2-docker-a-b-c").key.job.text == "a-b-c")
    }
}
