import Core
import Testing

@testable import Gateway

@Suite struct ChangeFeedTests {
    private static let log = Nonce.random()

    private static func note(_ feed: ChangeFeed, _ offsets: [LogOffset], changing: Bool = true) throws {
        let record = JobRecord(key: JobKey(backend: .docker, job: try JobID("j")))
        let folded = offsets.map { offset in
            Folded(id: "", offset: offset, outcome: .changed, record: record, hasChanged: changing)
        }
        feed.note(folded, of: log)
    }

    private static func after(_ feed: ChangeFeed, _ offset: LogOffset, log: Nonce = log) -> [LogOffset]? {
        switch feed.changes(after: LogPlace(log: log, offset: offset), limit: 1_000) {
        case .changes(let changes): changes.map(\.offset)
        case .unknown: nil
        }
    }

    @Test func `what came after a place is told, in order`() throws {
        let feed = ChangeFeed()
        feed.begin(at: LogPlace(log: Self.log, offset: 10))
        try Self.note(feed, [12, 15])
        try Self.note(feed, [16], changing: false)
        try Self.note(feed, [20])
        #expect(Self.after(feed, 10) == [12, 15, 20])
        #expect(Self.after(feed, 12) == [15, 20])
        #expect(Self.after(feed, 17) == [20])
        #expect(Self.after(feed, 99) == [], "of a gateway that has read further")
        #expect(Self.after(feed, 9) == nil, "before this gateway began to read")
        #expect(Self.after(feed, 12, log: .random()) == nil, "of another log")
        #expect(feed.end?.offset == 20)
    }

    @Test func `what is too long ago is forgotten, and nothing is told with a gap`() throws {
        let feed = ChangeFeed(capacity: 100)
        try Self.note(feed, Array(1...1_000))
        let kept = try #require(Self.after(feed, 990))
        #expect(kept == Array(991...1_000))
        var known = 0
        for offset in LogOffset(0)..<1_000 {
            guard let told = Self.after(feed, offset) else { continue }
            #expect(told == Array(offset + 1...1_000))
            known += 1
        }
        #expect((100...125).contains(known))
    }

    @Test func `another log begins anew`() throws {
        let feed = ChangeFeed()
        try Self.note(feed, [1, 2])
        feed.begin(at: nil)
        #expect(Self.after(feed, 1) == nil)
        #expect(feed.end == nil)
    }

    @Test(arguments: [(0, ""), (1, "c\n"), (2, "b\nc\n"), (3, "a\nb\nc\n"), (9, "a\nb\nc\n")])
    func `the last lines of output`(lines: Int, expected: String) {
        #expect(JobLogsResource.last(lines, of: "a\nb\nc\n") == expected)
        #expect(JobLogsResource.last(lines, of: "a\nb\nc") == String(expected.dropLast()))
    }
}
