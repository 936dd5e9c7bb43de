import Core
import Foundation
import Program
import Testing

@testable import Gateway

@Suite struct ExpiryTests {
    @Test func `only jobs that finished before a time are found, page by page`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            let ends = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:10.123456789Z", "2026-01-01T00:00:20.5Z"]
            for (number, end) in ends.enumerated() {
                let id = try CacheFixture.submission("job\(number)")
                try log.append(.submitted(id, try CacheFixture.request("job\(number)")))
                try log.append(.placed(id, try CacheFixture.placement(number)))
                try log.append(
                    .status(
                        id, try CacheFixture.placement(number),
                        StatusReport(status: .finishedSuccessfully, message: "exited (0)", timestamp: end)))
            }
            let running = try CacheFixture.submission("running")
            try log.append(.submitted(running, try CacheFixture.request("running")))
            _ = try await cache.fold(log.arrivals)
            let limit = 1_767_225_600 + 15
            let found = try await cache.finished(before: limit, after: nil, limit: 10)
            #expect(found.map(\.id.key.job.text) == ["job0", "job1"])
            let first = try await cache.finished(before: limit, after: nil, limit: 1)
            let rest = try await cache.finished(before: limit, after: first.last?.id.key, limit: 10)
            #expect((first + rest).map(\.id) == found.map(\.id))

            try log.append(.deleted(found[0].id))
            _ = try await cache.fold([log.arrivals[log.arrivals.count - 1]])
            #expect(try await cache.finished(before: limit, after: nil, limit: 10).map(\.id) == [found[1].id])
        }
    }

    @Test(arguments: ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
    func `an engine's wrong clock neither forgets a job at once nor keeps it for ever`(_ end: String) async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            let id = try CacheFixture.submission("job")
            try log.append(.submitted(id, try CacheFixture.request("job")), writtenAt: "2026-01-01T00:00:00Z")
            try log.append(.placed(id, try CacheFixture.placement(0)))
            try log.append(
                .status(
                    id, try CacheFixture.placement(0),
                    StatusReport(status: .finishedSuccessfully, message: "exited (0)", timestamp: end)))
            _ = try await cache.fold(log.arrivals)
            let submitted = 1_767_225_600
            #expect(try await cache.finished(before: submitted, after: nil, limit: 10).isEmpty)
            let now = Int(Date.now.timeIntervalSince1970)
            #expect(try await cache.finished(before: now + 2, after: nil, limit: 10).count == 1)
        }
    }

    @Test(
        "times of engines are read",
        arguments: [
            ("2026-01-01T00:00:00Z", 1_767_225_600), ("2026-01-01T00:00:00.5Z", 1_767_225_600),
            ("2026-01-01T00:00:01.123456789Z", 1_767_225_601), ("2026-01-01T02:00:00.1+02:00", 1_767_225_600),
        ])
    func times(_ text: String, _ seconds: Int) {
        #expect(Timestamps.parse(text).map { Int($0.timeIntervalSince1970) } == seconds)
    }

    @Test(arguments: ["", "yesterday", "2026-13-01T00:00:00Z", "."])
    func `what is no time is none`(_ text: String) {
        #expect(Timestamps.parse(text) == nil)
    }

    @Test func `the log's age has a unit`() throws {
        #expect(try LogAge("30D").seconds == 2_592_000)
        #expect(try LogAge("90s").seconds == 90)
        for wrong in ["", "30", "D", "0D", "-1D", "1d", "1.5h", "99999999Y"] {
            #expect(throws: InvalidValue.self) { try LogAge(wrong) }
        }
    }
}
