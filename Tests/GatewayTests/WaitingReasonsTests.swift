import Core
import Testing

@testable import Gateway

@Suite struct WaitingReasonsTests {
    private static func engine(
        _ name: String, backend: Backend = .docker, active: Bool = true, unreachable: String? = nil, running: Int = 0,
        slots: Int? = nil, cpu: Int? = nil, memory: Int? = nil
    ) throws -> Heartbeat {
        var heartbeat = Heartbeat(
            backend: backend, engine: try EngineID(name), session: .random(), active: active, storageType: "host",
            program: "1", unreachable: unreachable, running: running)
        heartbeat.slots = slots
        if cpu != nil || memory != nil { heartbeat.free = EngineSize(cpuMillicores: cpu, memoryMebibytes: memory) }
        return heartbeat
    }

    /// A job that asks for 1000m and 500 MiB.
    private static func job(_ message: String?, on engine: String? = nil) throws -> Submission {
        let request = Core.JobRequest(
            job: try JobID("j"), user: "chris", image: try ImageReference("local/pmt:1"), entrypoint: ["true"],
            arguments: [], pathFlags: [], type: .fs, input: try StoragePath("in"), output: try StoragePath("out"),
            environment: [], resources: Resources(cpuMillicores: 1000, memoryMebibytes: 500, gpus: 0, workers: 1))
        let id = SubmissionID(key: JobKey(backend: .docker, job: request.job), generation: 1, nonce: .random())
        var submission = Submission(id: id, request: request, submittedAt: 1)
        submission.report = message.map { StatusReport(status: .notstarted, message: $0) }
        submission.placement = try engine.map { Placement(engine: try EngineID($0), object: try ObjectID("o")) }
        return submission
    }

    private func reason(_ heartbeats: [Heartbeat], _ message: String? = nil, on engine: String? = nil) throws -> (
        Waiting.Reason?, String
    ) {
        let waiting = WaitingReasons(heartbeats: heartbeats).reason(try Self.job(message, on: engine))
        return (waiting?.reason, waiting?.text ?? "")
    }

    @Test func `a job waits for its queue while an engine has room`() throws {
        let heartbeats = [
            try Self.engine("full", cpu: 10, memory: 10), try Self.engine("free", cpu: 1000, memory: 500),
        ]
        #expect(try reason(heartbeats) == (.queued, "queued"))
    }

    @Test func `nobody is there for its backend, or for the engine that has it`() throws {
        let others = [try Self.engine("s", backend: .slurm)]
        #expect(try reason(others) == (.noWorker, "queued: no worker of backend docker is connected"))
        #expect(try reason([try Self.engine("a")], "created", on: "b").0 == .noWorker)
        #expect(try reason([try Self.engine("b")], "created", on: "b") == (.scheduler, "created"))
    }

    @Test func `an engine that cannot be reached is the reason when there is no other`() throws {
        let away = try Self.engine("a", unreachable: "dockerd is down")
        #expect(try reason([away]) == (.engineUnreachable, "waiting: dockerd is down"))
        #expect(try reason([away, try Self.engine("b")]).0 == .queued)
    }

    @Test func `a full engine says what is free where most of it is`() throws {
        let full = [
            try Self.engine("a", running: 2, cpu: 100, memory: 4000),
            try Self.engine("b", running: 3, cpu: 900, memory: 100),
        ]
        let (why, text) = try reason(full)
        #expect(why == .engineFull)
        #expect(
            text
                == "queued: no room yet: it asks for 1000m CPU and 500 MiB of memory; free: 900m CPU and 100 MiB of memory "
                + "on the emptiest of 2 engines")
    }

    @Test func `limits of running jobs are said when all engines have come to theirs`() throws {
        let two = try Self.engine("a", running: 2, slots: 2, cpu: 8000, memory: 8000)
        #expect(try reason([two]) == (.engineFull, "queued: 2 jobs run, and no more may at once"))
        let three = try Self.engine("b", running: 3, slots: 3)
        #expect(try reason([two, three]) == (.engineFull, "queued: 5 jobs run, and no more may at once"))
        // The other one has no limit, and is too small for it now.
        let (why, text) = try reason([two, try Self.engine("c", running: 9, cpu: 10, memory: 9000)])
        #expect(why == .engineFull && text.contains("free: 10m CPU"), "\(text)")
    }

    @Test func `workers that only stand by have no room to offer`() throws {
        let full = try Self.engine("a", running: 1, slots: 1)
        let standby = try Self.engine("a", active: false)
        #expect(try reason([full, standby]).0 == .engineFull)
    }

    @Test func `an image that comes is the reason, also when the job itself fills the engine`() throws {
        let full = try Self.engine("a", running: 1, slots: 1)
        let text = "pulling image local/pmt:1: 3 of 9 MiB"
        #expect(try reason([full], text) == (.pulling, text))
    }

    @Test func `an attempt that failed is the reason until the engine is full`() throws {
        let text = "queued: attempt 1 failed: no such network; the next one comes in 10 s"
        #expect(try reason([try Self.engine("a")], text) == (.retrying, text))
        #expect(try reason([try Self.engine("a", running: 1, slots: 1)], text).0 == .engineFull)
    }

    @Test func `a job that has started waits for nothing`() throws {
        var job = try Self.job(nil, on: "a")
        job.report = StatusReport(status: .started, message: "running")
        #expect(WaitingReasons(heartbeats: []).reason(job) == nil)
    }
}
