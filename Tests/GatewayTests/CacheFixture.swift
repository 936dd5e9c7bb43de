import Core
import Foundation

@testable import Gateway

/// A log in memory with the entries that a test appends, and caches that read it.
struct TestLog {
    private(set) var arrivals: [LogArrival] = []
    private let log = Nonce.random()

    /// Offsets leave gaps, as a stream's do.
    mutating func append(_ event: Event, writtenAt: String = "2026-01-01T00:00:00Z") throws {
        let offset = LogOffset(arrivals.count * 3)
        let entry = LogEntry(id: "entry-\(offset)", log: log, writtenAt: writtenAt, event: event)
        arrivals.append(LogArrival(offset: offset, id: entry.id, body: try entry.encoded(), content: .entry(entry)))
    }

    var end: LogOffset { arrivals.last?.offset ?? -1 }
}

enum CacheFixture {
    static func with<Result>(_ body: (Cache) async throws -> Result) async throws -> Result {
        try await withDirectory { directory in
            let cache = try Cache(directory: directory)
            let result = try await body(cache)
            try cache.close()
            return result
        }
    }

    static func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let directory =
            (ProcessInfo.processInfo.environment["PMAN_TEST_DIR"] ?? NSTemporaryDirectory()) + "/pman-cache-"
            + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try await body(directory)
    }

    static func request(
        _ job: String, image: String = "local/pmt:1", words: [String] = []
    ) throws -> JobRequest {
        JobRequest(
            job: try JobID(job), user: "cube", image: try ImageReference(image), entrypoint: ["/bin/true"],
            arguments: words, pathFlags: [], type: .fs, input: try StoragePath("in"), output: try StoragePath("out"),
            environment: [], resources: Resources(cpuMillicores: 10, memoryMebibytes: 10, gpus: 0, workers: 1))
    }

    static func submission(_ job: String, generation: Int = 1) throws -> SubmissionID {
        SubmissionID(
            key: JobKey(backend: .docker, job: try JobID(job)), generation: generation,
            nonce: try Nonce("n\(job)\(generation)"))
    }

    static func placement(_ number: Int) throws -> Placement {
        Placement(engine: try EngineID("engine-\(number % 2)"), object: try ObjectID("object-\(number)"))
    }

    static func records(_ cache: Cache) async throws -> [JobKey: JobRecord] {
        let (records, _) = try await cache.snapshot(after: nil, limit: 100_000)
        return Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0) })
    }
}
