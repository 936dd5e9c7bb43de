import Core
import Foundation
import Logging
import Program
import Support
import Testing

@testable import Worker

/// A swarm with a worker's engine on it, and a folder for jobs' data.
struct SwarmBench: Sendable {
    let swarm: SwarmUnderTest
    let storage: TemporaryDirectory
    let installation: String
    let engine: any Engine
    let id: EngineID

    init(
        on swarm: SwarmUnderTest, storage: TemporaryDirectory, installation: String = "swarm-test.",
        _ variables: [String: String] = [:]
    ) async throws {
        self.swarm = swarm
        self.storage = storage
        self.installation = installation
        var values = swarm.workerVariables(storage: storage.path)
        values["QUEUE_PREFIX"] = installation
        let reader = SettingsReader(values.merging(variables) { $1 })
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let connected = try await SwarmBackend.connect(
            BackendContext(reader: reader, settings: try WorkerSettings(reader), logger: logger))
        engine = connected.engine
        id = connected.id
    }

    /// A swarm of its own, which is taken away whatever happens.
    static func with(
        gpus: Int = 0, usesTLS: Bool = false, _ variables: [String: String] = [:],
        _ body: (SwarmBench) async throws -> Void
    ) async throws {
        let swarm = try await SwarmUnderTest(gpus: gpus, usesTLS: usesTLS)
        do {
            try await body(try await SwarmBench(on: swarm, storage: try TemporaryDirectory("storage"), variables))
        } catch {
            await swarm.stop()
            throw error
        }
        await swarm.stop()
    }

    /// The same swarm and folder, for a worker with other variables.
    func changed(_ variables: [String: String]) async throws -> SwarmBench {
        try await SwarmBench(on: swarm, storage: storage, installation: installation, variables)
    }

    /// A job with its folders; `script` finds its output at /share/outgoing.
    func request(
        _ script: String, image: String = "local/pmt:1", environment: [String] = [], cpu: Int = 10, memory: Int = 0,
        gpus: Int = 0, workers: Int = 1, folders: Bool = true
    ) throws -> Core.JobRequest {
        let job = Support.JobRequest.uniqueID()
        if folders {
            try storage.folder("\(job)/in")
            chmod(try storage.folder("\(job)/out"), 0o777)
        }
        return Core.JobRequest(
            job: try JobID(job), user: "test", image: try Core.ImageReference(image),
            entrypoint: ["/bin/sh", "-c", script], arguments: [], pathFlags: [], type: .fs,
            input: try StoragePath("\(job)/in"), output: try StoragePath("\(job)/out"),
            environment: try environment.map { try EnvironmentEntry($0) },
            resources: Resources(cpuMillicores: cpu, memoryMebibytes: memory, gpus: gpus, workers: workers))
    }

    func submission(_ request: Core.JobRequest) -> SubmissionID {
        SubmissionID(key: JobKey(backend: .swarm, job: request.job), generation: 1, nonce: .random())
    }

    /// What a job wrote into a file of its output.
    func output(_ request: Core.JobRequest, _ name: String) -> String {
        (try? storage.read("\(request.job)/out/\(name)")) ?? ""
    }

    /// Holds and starts a job.
    func start(_ request: Core.JobRequest) async throws -> (ObjectID, SubmissionID) {
        let submission = submission(request)
        let held = try await engine.hold(submission, request)
        #expect(try await engine.start(held) == .started)
        return (held.id, submission)
    }

    /// Waits for a report that is wanted, and returns it.
    func wait(
        for object: ObjectID, _ what: String, within: Duration = .seconds(30),
        _ isWanted: (StatusReport) -> Bool
    ) async throws -> StatusReport {
        var last: ObjectReport?
        return try await eventuallyValue(within: within, what, lastSeen: { "\(String(describing: last))" }) {
            last = try await engine.report(on: object)
            return last.flatMap { isWanted($0.status) ? $0.status : nil }
        }
    }

    /// Runs a job to its end.
    func run(_ request: Core.JobRequest) async throws -> StatusReport {
        let (object, _) = try await start(request)
        return try await wait(for: object, "the job ends") { $0.status.isFinal }
    }
}

/// One swarm for the tests of a suite that do not hurt it.
struct SharedSwarmTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await SwarmBench.with { bench in
            try await SharedSwarm.$current.withValue(bench) { try await function() }
        }
    }
}

enum SharedSwarm {
    @TaskLocal static var current: SwarmBench?

    static var bench: SwarmBench { get throws { try #require(current) } }
}

extension Trait where Self == SharedSwarmTrait {
    static var sharedSwarm: Self { SharedSwarmTrait() }
}

/// The tests' own JSON, beside that of the module `Core`.
typealias TestJSON = Support.JSONValue
