import Core
import Testing

@testable import Gateway

@Suite struct CheckpointTests {
    /// Lives of jobs, interleaved by a seeded generator, with checkpoints of the whole cache in between.
    private func history(seed: UInt64, full: Cache) async throws -> TestLog {
        var generator = SplitMix(seed: seed)
        var log = TestLog()
        var read = 0
        func catchUp(_ log: TestLog) async throws {
            _ = try await full.fold(Array(log.arrivals[read...]))
            read = log.arrivals.count
        }
        try log.append(.marker)
        for step in 0..<60 {
            let job = "j\(Int.random(in: 0..<5, using: &generator))"
            let id = try CacheFixture.submission(job, generation: Int.random(in: 1...2, using: &generator))
            let placement = try CacheFixture.placement(Int.random(in: 0..<3, using: &generator))
            switch Int.random(in: 0..<8, using: &generator) {
            case 0, 1: try log.append(.submitted(id, try CacheFixture.request(job)))
            case 2: try log.append(.placed(id, placement))
            case 3: try log.append(.status(id, placement, StatusReport(status: .started, message: "running")))
            case 4:
                try log.append(
                    .status(
                        id, placement,
                        StatusReport(
                            status: .finishedSuccessfully, message: "exited (0)", exitCode: 0, logs: "l\(step)")))
            case 5: try log.append(.deleted(id))
            case 6: try log.append(.forgotten(upTo: log.end - LogOffset(Int.random(in: 0..<30, using: &generator))))
            default: try log.append(.removed(id, placement))
            }
            guard step == 20 || step == 45 else { continue }
            let checkpoint = Nonce(using: &generator)
            try log.append(.checkpointStarted(checkpoint))
            try await catchUp(log)
            let (records, asOf) = try await full.snapshot(after: nil, limit: 100)
            for (index, record) in records.enumerated() {
                try log.append(.snapshot(checkpoint, record, asOf: asOf))
                // Life goes on while a checkpoint is written.
                if index == 1 { try log.append(.deleted(try CacheFixture.submission(job))) }
                if index == 2 { try log.append(.forgotten(upTo: log.end)) }
            }
            try log.append(.checkpointFinished(checkpoint))
        }
        try await catchUp(log)
        return log
    }

    @Test(
        "a checkpoint is due after a quarter of the log's age, and when the clock was far ahead at the last one",
        arguments: [
            (0, false), (1, false), (24, false), (25, true), (1_000, true), (-1, false), (-24, false), (-25, true),
        ])
    func age(_ seconds: Int, _ isDue: Bool) {
        let limits = Checkpoints.Limits(maximumBytes: 1, maximumAge: 100)
        #expect(limits.isTooLongAgo(1_800_000_000, now: 1_800_000_000 + seconds) == isDue)
        #expect(!limits.isTooLongAgo(0, now: 1_800_000_000))
    }

    @Test("a gateway that starts from nothing at any place folds to the same records", arguments: UInt64(0)..<8)
    func truncation(seed: UInt64) async throws {
        try await CacheFixture.with { full in
            let log = try await history(seed: seed, full: full)
            let expected = try await CacheFixture.records(full)
            let lastStart = try #require(
                log.arrivals.lastIndex { if case .checkpointStarted? = $0.entry?.event { true } else { false } })
            var compared = 0
            for head in 0..<log.arrivals.count {
                try await CacheFixture.with { late in
                    // In small batches, so that a checkpoint is spread over several transactions.
                    for start in stride(from: head, to: log.arrivals.count, by: 7) {
                        let next = log.arrivals[start..<min(start + 7, log.arrivals.count)]
                        _ = try await late.fold(next.map { late.needsSnapshots ? $0 : $0.passedOver })
                    }
                    let position = try await late.position()
                    guard !position.needsBase else {
                        #expect(head > lastStart, "head \(head): a whole checkpoint came and was not used")
                        return
                    }
                    compared += 1
                    #expect(try await CacheFixture.records(late) == expected, "head \(head), seed \(seed)")
                }
            }
            #expect(compared == lastStart + 1)
        }
    }

    @Test func `while the log's beginning is missing nothing is answered from the cache`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            try log.append(.marker)
            try log.append(.submitted(try CacheFixture.submission("a"), try CacheFixture.request("a")))
            _ = try await cache.fold(Array(log.arrivals.dropFirst()))
            #expect(try await cache.position().needsBase)
            #expect(try await CacheFixture.records(cache).isEmpty)
        }
    }
}

extension LogArrival {
    /// As it is read by those who need no snapshots.
    fileprivate var passedOver: LogArrival {
        guard case .snapshot? = entry?.event else { return self }
        return LogArrival(offset: offset, id: id, body: body, content: .snapshotNotNeeded)
    }
}

/// A small seeded generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
