import Core
import GRDB
import Testing

@testable import Gateway

@Suite struct CacheTests {
    @Test func `a job's life leaves its final output and no work`() async throws {
        try await CacheFixture.with { cache in
            let id = try CacheFixture.submission("a")
            let placement = try CacheFixture.placement(1)
            var log = TestLog()
            try log.append(.submitted(id, try CacheFixture.request("a")))
            _ = try await cache.fold(log.arrivals)
            #expect(try await cache.unplaced(after: -1, limit: 10).map(\.id) == [id])

            try log.append(.placed(id, placement))
            _ = try await cache.fold([log.arrivals[1]])
            #expect(try await cache.unplaced(after: -1, limit: 10).isEmpty)
            #expect(try await cache.work(.start, limit: 10).map(\.subject.object) == [placement.object])

            try log.append(.status(id, placement, StatusReport(status: .started, message: "running")))
            _ = try await cache.fold([log.arrivals[2]])
            #expect(try await cache.work(.check, engine: placement.engine, limit: 10).count == 1)

            let final = StatusReport(status: .finishedWithError, message: "exited (3)", exitCode: 3, logs: "bad\n")
            try log.append(.status(id, placement, final))
            _ = try await cache.fold([log.arrivals[3]])
            #expect(try await cache.record(id.key)?.current?.report == final)
            #expect(try await cache.busyEngines().isEmpty)

            // A record that changes again afterwards keeps the output.
            try log.append(.removed(id, placement))
            _ = try await cache.fold([log.arrivals[4]])
            #expect(try await cache.record(id.key)?.current?.report?.logs == "bad\n")

            try log.append(.deleted(id))
            _ = try await cache.fold([log.arrivals[5]])
            #expect(try await cache.record(id.key)?.current == nil)
            #expect(try await cache.record(id.key)?.nextGeneration == 2)
        }
    }

    @Test func `a file of a newer version is refused and left as it is`() async throws {
        try await CacheFixture.withDirectory { directory in
            let cache = try Cache(directory: directory)
            try await cache.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999')") }
            try cache.close()
            let failure = #expect(throws: CacheFailure.self) { _ = try Cache(directory: directory) }
            #expect(failure?.description.contains("newer version") == true)
        }
    }

    @Test func `what a deleted job left behind is work until its engine has removed it`() async throws {
        try await CacheFixture.with { cache in
            let id = try CacheFixture.submission("a")
            let placement = try CacheFixture.placement(1)
            var log = TestLog()
            try log.append(.submitted(id, try CacheFixture.request("a")))
            try log.append(.placed(id, placement))
            try log.append(.deleted(id))
            _ = try await cache.fold(log.arrivals)
            #expect(try await cache.work(.remove, limit: 10).map(\.subject.submission) == [id])
            try log.append(.removed(id, placement))
            _ = try await cache.fold([log.arrivals[3]])
            #expect(try await cache.work(.remove, limit: 10).isEmpty)
        }
    }

    @Test func `an engine that is away hides nothing that others have to do`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            let (away, well) = (try EngineID("a"), try EngineID("b"))
            for number in 0..<21 {
                let id = try CacheFixture.submission("job\(number)")
                let placement = Placement(
                    engine: number < 20 ? away : well, object: try ObjectID("object-\(number)"))
                try log.append(.submitted(id, try CacheFixture.request("job\(number)")))
                try log.append(.placed(id, placement))
                try log.append(.deleted(id))
            }
            _ = try await cache.fold(log.arrivals)
            let engines = try await cache.work(.remove, limit: 10).map(\.engine)
            #expect(engines == Array(repeating: away, count: 10) + [well])
        }
    }

    @Test func `a job that takes the id of a deleted one does not show its output`() async throws {
        try await CacheFixture.with { cache in
            let (first, second) = (try CacheFixture.submission("a"), try CacheFixture.submission("a", generation: 2))
            let placement = try CacheFixture.placement(1)
            var log = TestLog()
            try log.append(.submitted(first, try CacheFixture.request("a")))
            try log.append(.placed(first, placement))
            try log.append(
                .status(
                    first, placement, StatusReport(status: .finishedSuccessfully, message: "exited (0)", logs: "old\n"))
            )
            _ = try await cache.fold(log.arrivals)
            // All at once, as a gateway reads it that was away.
            try log.append(.deleted(first))
            try log.append(.submitted(second, try CacheFixture.request("a")))
            try log.append(.status(second, nil, StatusReport(status: .finishedWithError, message: "refused")))
            _ = try await cache.fold(Array(log.arrivals[3...]))
            #expect(try await cache.record(second.key)?.current?.report?.message == "refused")
            #expect(try await cache.record(second.key)?.current?.report?.logs == nil)
        }
    }

    @Test func `what a lost log said was dispatched is not believed in the next one`() async throws {
        try await CacheFixture.with { cache in
            let id = try CacheFixture.submission("a")
            var log = TestLog()
            try log.append(.submitted(id, try CacheFixture.request("a")))
            try log.append(.dispatched(upTo: 1_000_000))
            _ = try await cache.fold(log.arrivals)
            let dispatched = try await cache.position().dispatched
            #expect(try await cache.unplaced(after: dispatched, limit: 10).map(\.id) == [id])
        }
    }

    @Test func `an entry of a kind to come is kept and passed over`() async throws {
        try await CacheFixture.with { cache in
            let body = Array(#"{"v":2,"id":"x","log":"l","at":"","kind":"surprise"}"#.utf8)
            let (results, position) = try await cache.fold([
                LogArrival(
                    offset: 0, id: "x", body: body,
                    content: try LogEntry.decode(body).map(LogArrival.Content.entry) ?? .unknown)
            ])
            #expect(results.map(\.outcome) == [.ignored])
            #expect(position.lastOffset == 0)
        }
    }

    @Test func `the position survives, with landmarks to recognise the log by`() async throws {
        try await CacheFixture.with { cache in
            var log = TestLog()
            for _ in 0..<100 { try log.append(.marker) }
            try log.append(.dispatched(upTo: 42))
            _ = try await cache.fold(log.arrivals)
            let position = try await cache.position()
            #expect(position.lastOffset == log.end)
            #expect(position.dispatched == 42)
            #expect(position.landmarks.count == CachePosition.landmarkCount)
            #expect(position.landmarks.last?.offset == log.end)
            #expect(!position.needsBase)
        }
    }

    @Test func `after a rebuild only what the new log does not know is appended again`() async throws {
        try await CacheFixture.with { cache in
            var old = TestLog()
            let known = try CacheFixture.submission("known")
            let lost = try CacheFixture.submission("lost")
            try old.append(.submitted(known, try CacheFixture.request("known")))
            try old.append(.submitted(lost, try CacheFixture.request("lost")))
            try old.append(.placed(lost, try CacheFixture.placement(1)))
            _ = try await cache.fold(old.arrivals)
            try await cache.beginRebuild()
            #expect(try await cache.position().rebuilding)

            var new = TestLog()
            try new.append(.submitted(known, try CacheFixture.request("known")))
            _ = try await cache.fold(new.arrivals)
            let (records, last) = try await cache.lostRecords(after: nil, limit: 10)
            #expect(records.map(\.key) == [lost.key])
            #expect(records.first?.current?.placement == (try CacheFixture.placement(1)))
            #expect(try await cache.lostRecords(after: last, limit: 10).last == nil)

            try new.append(.restored(records[0]))
            _ = try await cache.fold([new.arrivals[1]])
            #expect(try await cache.lostRecords(after: nil, limit: 10).lost.isEmpty)
            try await cache.finishRebuild()
            #expect(try await cache.work(.start, limit: 10).map(\.subject.submission) == [lost])
        }
    }
}
