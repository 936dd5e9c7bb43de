import Core
import Testing

@testable import Gateway

@Suite struct HistoryTests {
    private static func kinds(_ cache: Cache, _ id: SubmissionID) async throws -> [String] {
        try await cache.history(id.key).map(\.kind)
    }

    @Test func `what changed a job is kept once, in order, until it is deleted`() async throws {
        try await CacheFixture.with { cache in
            let id = try CacheFixture.submission("a")
            let placement = try CacheFixture.placement(1)
            var log = TestLog()
            let final = StatusReport(status: .finishedWithError, message: "exited (3)", exitCode: 3, logs: "secret")
            for event: Event in [
                .submitted(id, try CacheFixture.request("a")), .submitted(id, try CacheFixture.request("a")),
                .placed(id, placement), .placed(id, try CacheFixture.placement(2)), .status(id, placement, final),
                .status(id, placement, final), .removed(id, placement), .removed(id, placement),
            ] { try log.append(event) }
            _ = try await cache.fold(log.arrivals)
            #expect(try await Self.kinds(cache, id) == ["submitted", "placed", "status", "removed"])
            let status = try await cache.history(id.key)[2]
            #expect(status.exitCode == 3)
            #expect(status.engine == placement.engine.text)
            #expect(status.id.offset == log.arrivals[4].offset)
            #expect(try await cache.history(id.key, after: status.id.offset).map(\.kind) == ["removed"])

            try log.append(.deleted(id))
            let again = try CacheFixture.submission("a", generation: 2)
            try log.append(.submitted(again, try CacheFixture.request("a")))
            _ = try await cache.fold(Array(log.arrivals.suffix(2)))
            #expect(try await cache.history(id.key).map(\.generation) == [2])
            try log.append(.deleted(again))
            _ = try await cache.fold(log.arrivals.suffix(1))
            #expect(try await cache.history(id.key).isEmpty)
        }
    }

    @Test func `a job whose status changes for ever keeps its beginning and the last reports`() async throws {
        try await CacheFixture.with { cache in
            let id = try CacheFixture.submission("a")
            let placement = try CacheFixture.placement(1)
            var log = TestLog()
            try log.append(.submitted(id, try CacheFixture.request("a")))
            try log.append(.placed(id, placement))
            for number in 0..<1_000 {
                try log.append(.status(id, placement, StatusReport(status: .started, message: "running \(number)")))
            }
            _ = try await cache.fold(log.arrivals)
            let history = try await cache.history(id.key)
            #expect(history.count <= Cache.maximumHistory)
            #expect(history.prefix(2).map(\.kind) == ["submitted", "placed"])
            #expect(history.last?.message == "running 999")
        }
    }

    @Test func `a log that is read anew leaves no history of the old one`() async throws {
        try await CacheFixture.with { cache in
            let id = try CacheFixture.submission("a")
            var log = TestLog()
            try log.append(.submitted(id, try CacheFixture.request("a")))
            _ = try await cache.fold(log.arrivals)
            try await cache.beginRebuild()
            #expect(try await cache.page(JobPageQuery()).isEmpty)
            #expect(try await cache.history(id.key).isEmpty)
            var new = TestLog()
            let (lost, _) = try await cache.lostRecords(after: nil, limit: 10)
            try new.append(.restored(try #require(lost.first)))
            _ = try await cache.fold(new.arrivals)
            #expect(try await Self.kinds(cache, id) == ["restored"])
            #expect(try await cache.page(JobPageQuery()).count == 1)
        }
    }
}
