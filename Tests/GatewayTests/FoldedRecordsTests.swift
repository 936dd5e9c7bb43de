import Core
import GRDB
import Testing

@testable import Gateway

@Suite struct FoldedRecordsTests {
    private func record(_ job: String, logs: String? = nil, words: Int = 1) throws -> JobRecord {
        let id = try CacheFixture.submission(job)
        let request = try CacheFixture.request(job, words: [String](repeating: "word", count: words))
        var record = JobRecord(key: id.key)
        _ = record.apply(.submitted(id, request), at: 1)
        if let logs {
            let report = StatusReport(status: .finishedWithError, message: "exited (1)", logs: logs)
            _ = record.apply(.ended(id, report), at: 2)
        }
        return record
    }

    @Test func `A record is found as it was written last, without its output`() throws {
        let records = FoldedRecords()
        records.keep([try record("a"), try record("b")])
        #expect(records.find(try record("a").key) == (try record("a")))
        #expect(records.find(try record("c").key) == nil)
        records.keep([try record("a", logs: "long")])
        let kept = records.find(try record("a").key)
        #expect(kept?.current?.isFinal == true && kept?.current?.report?.logs == nil)
        records.forgetAll()
        #expect(records.find(try record("b").key) == nil)
    }

    @Test func `Memory is bounded by number and by size`() throws {
        let records = FoldedRecords(limit: 10)
        for number in 0..<100 { records.keep([try record("job\(number)")]) }
        let kept = try (0..<100).filter { records.find(try record("job\($0)").key) != nil }
        #expect(kept.count >= 10 && kept.count <= 20 && kept == Array(kept[0]...99))
        // What was kept of a job that has become too long is not true any more.
        records.keep([try record("job99", words: 100_000)])
        #expect(records.find(try record("job99").key) == nil)
    }

    @Test func `What is dispatched is the same from memory and from the file`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            for job in ["a", "b", "c"] {
                try log.append(.submitted(try CacheFixture.submission(job), try CacheFixture.request(job)))
            }
            let report = StatusReport(status: .notstarted, message: "queued: attempt 1 failed")
            try log.append(.status(try CacheFixture.submission("b"), nil, report))
            _ = try await cache.fold(log.arrivals)
            let known = try await cache.unplaced(after: -1, limit: 10)
            cache.folded.forgetAll()
            #expect(known.count == 3)
            #expect(try await cache.unplaced(after: -1, limit: 10) == known)
        }
    }

    @Test func `Records in memory and in the file stay the same whatever comes`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            var random = SystemRandomNumberGenerator()
            for _ in 0..<600 {
                let job = "job\(Int.random(in: 0..<8, using: &random))"
                let id = try CacheFixture.submission(job, generation: Int.random(in: 1...3, using: &random))
                let placement = try CacheFixture.placement(Int.random(in: 0..<3, using: &random))
                let final = StatusReport(status: .finishedSuccessfully, message: "exited (0)", exitCode: 0, logs: "x\n")
                let events: [Event] = [
                    .submitted(id, try CacheFixture.request(job)), .submitted(id, try CacheFixture.request(job)),
                    .placed(id, placement), .status(id, placement, StatusReport(status: .started, message: "running")),
                    .status(id, placement, final), .removed(id, placement), .deleted(id),
                ]
                try log.append(try #require(events.randomElement(using: &random)))
            }
            var rest = log.arrivals[...]
            while !rest.isEmpty {
                _ = try await cache.fold(Array(rest.prefix(7)))
                rest = rest.dropFirst(7)
                for number in 0..<8 {
                    let key = try CacheFixture.submission("job\(number)").key
                    guard let kept = cache.folded.find(key) else { continue }
                    #expect(try await cache.pool.read { try Cache.storedRecord($0, key) } == kept)
                }
            }
            #expect(cache.folded.find(try CacheFixture.submission("job0").key) != nil)
        }
    }
}
