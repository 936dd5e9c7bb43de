import Core
import GRDB
import Testing

@testable import Gateway

/// Jobs that were deleted long ago are forgotten, at the same place in the log by everybody.
@Suite struct ForgettingTests {
    private func life(of job: String, in log: inout TestLog) throws {
        let (id, placement) = (try CacheFixture.submission(job), try CacheFixture.placement(1))
        try log.append(.submitted(id, try CacheFixture.request(job)))
        try log.append(.placed(id, placement))
        try log.append(.deleted(id))
        try log.append(.removed(id, placement))
    }

    @Test(arguments: [1, 1_000])
    func `Only jobs of which nothing is left are forgotten, and only those deleted before the place`(
        _ batch: Int
    ) async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try life(of: "old", in: &log)
            try log.append(.submitted(try CacheFixture.submission("lives"), try CacheFixture.request("lives")))
            let left = try CacheFixture.submission("left")
            try log.append(.submitted(left, try CacheFixture.request("left")))
            try log.append(.placed(left, try CacheFixture.placement(2)))
            try log.append(.deleted(left))
            let place = log.end
            try life(of: "young", in: &log)
            try log.append(.forgotten(upTo: place))
            for start in stride(from: 0, to: log.arrivals.count, by: batch) {
                _ = try await cache.fold(Array(log.arrivals[start..<min(start + batch, log.arrivals.count)]))
            }
            let known = try await CacheFixture.records(cache)
            #expect(Set(known.keys.map(\.job.text)) == ["lives", "left", "young"])
            #expect(try await cache.hasTombstone(upTo: place) == false)
            #expect(try await cache.hasTombstone(upTo: log.end))
        }
    }

    @Test func `What comes late about a forgotten job brings nothing back, and its id can be used again`() async throws
    {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try life(of: "a", in: &log)
            try log.append(.forgotten(upTo: log.end))
            let old = try CacheFixture.submission("a")
            let report = StatusReport(status: .finishedSuccessfully, message: "exited (0)")
            try log.append(.status(old, try CacheFixture.placement(1), report))
            try log.append(.placed(old, try CacheFixture.placement(3)))
            let next = SubmissionID(key: old.key, generation: 1, nonce: try Nonce("another"))
            try log.append(.submitted(next, try CacheFixture.request("a")))
            try log.append(.status(old, try CacheFixture.placement(1), report))
            // In one transaction, where the record as it was is still in memory.
            let (results, _) = try await cache.fold(log.arrivals)
            #expect(results.suffix(4).map(\.outcome) == [.ignored, .no(.unknown), .accepted, .ignored])
            #expect(try await cache.record(old.key)?.current?.id == next)
            #expect(try await cache.record(old.key)?.current?.report == nil)
        }
    }

    @Test
    func `A thousand deleted jobs take less than 250 bytes each in the file, and nothing once they are forgotten`()
        async throws
    {
        try await CacheFixture.with { cache in
            func pages(_ pragma: String) async throws -> Int {
                try await cache.pool.read { try Int.fetchOne($0, sql: "PRAGMA \(pragma)") ?? 0 }
            }
            var log = TestLog()
            for number in 0..<1_000 { try life(of: "job\(number)", in: &log) }
            for start in stride(from: 0, to: log.arrivals.count, by: 50) {
                _ = try await cache.fold(Array(log.arrivals[start..<start + 50]))
            }
            let used = try await pages("page_count") - pages("freelist_count")
            #expect(used * 4096 < 250 * 1_000 + 30 * 4096)
            var end = log
            try end.append(.forgotten(upTo: log.end))
            _ = try await cache.fold(Array(end.arrivals[log.arrivals.count...]))
            let left = try await pages("page_count") - pages("freelist_count")
            #expect(left < 40, "\(used) before")
        }
    }

    @Test func `Whether a cache that reads the log anew missed its beginning only is known until it has read it`()
        async throws
    {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try life(of: "a", in: &log)
            _ = try await cache.fold(log.arrivals)
            let name = try #require(try await cache.position().log)
            let readAt = try await cache.position().readAt
            #expect(readAt > 0)
            try await cache.beginRebuild(isTruncated: true)
            #expect(try await cache.position().truncatedLog == name)
            #expect(try await cache.position().knownUntil == readAt)
            // The log was lost as well before it had been read.
            try await cache.beginRebuild()
            try await cache.beginRebuild(isTruncated: true)
            #expect(try await cache.position().truncatedLog == nil)
            #expect(try await cache.position().knownUntil == readAt)
            try await cache.finishRebuild()
            #expect(try await cache.position().rebuilding == false)
        }
    }

    @Test func `An entry that an older version could not read is found by one that can`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try life(of: "a", in: &log)
            let unknown = log.arrivals.map {
                LogArrival(offset: $0.offset, id: $0.id, body: $0.body, content: .unknown)
            }
            _ = try await cache.fold([LogArrival(offset: 0, id: "x", body: Array("none".utf8), content: .unknown)])
            #expect(try await cache.holdsEntriesToRead() == false)
            _ = try await cache.fold(Array(unknown[1...]))
            #expect(try await cache.holdsEntriesToRead())
        }
    }
}
