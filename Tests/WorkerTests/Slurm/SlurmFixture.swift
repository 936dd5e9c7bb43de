import Core
import Foundation
import Glibc
import HTTPClient
import Logging
import Program
import Support

@testable import Worker

/// A Slurm cluster with a storage, and the engine that a worker would have on it.
struct SlurmFixture: Sendable {
    let cluster: SlurmUnderTest
    let storage: TemporaryDirectory

    static func run(_ body: (SlurmFixture) async throws -> Void) async throws {
        let fixture = SlurmFixture(cluster: try await SlurmUnderTest(), storage: try TemporaryDirectory("storage"))
        do {
            try await body(fixture)
        } catch {
            await fixture.cluster.stop()
            throw error
        }
        await fixture.cluster.stop()
    }

    func engine(
        _ more: [String: String] = [:], overTCP: Bool = false
    ) async throws -> (engine: any Engine, id: EngineID) {
        var values =
            overTCP
            ? cluster.workerVariablesOverTCP(storage: storage.path) : cluster.workerVariables(storage: storage.path)
        values.merge(more) { $1 }
        let reader = SettingsReader(values)
        let connected = try await SlurmBackend.connect(
            BackendContext(reader: reader, settings: try WorkerSettings(reader), logger: Logger(label: "test")))
        return (connected.engine, connected.id)
    }

    static func submission(_ job: String) throws -> SubmissionID {
        SubmissionID(key: JobKey(backend: .slurm, job: try JobID(job)), generation: 1, nonce: .random())
    }

    /// A job whose words are run as they are; the output directory is added to them as the last one.
    func request(
        _ job: String, _ words: [String], environment: [String] = [], image: String = "local/pmt:1",
        cpus: Int = 0, memory: Int = 0, gpus: Int = 0, workers: Int = 1
    ) throws -> Core.JobRequest {
        Core.JobRequest(
            job: try JobID(job), user: "chris", image: try Core.ImageReference(image), entrypoint: words, arguments: [],
            pathFlags: [], type: .fs, input: try StoragePath("\(job)/in"), output: try StoragePath("\(job)/out"),
            environment: try environment.map { try EnvironmentEntry($0) },
            resources: Resources(cpuMillicores: cpus, memoryMebibytes: memory, gpus: gpus, workers: workers))
    }

    func script(_ job: String, _ text: String, workers: Int = 1, memory: Int = 0) throws -> Core.JobRequest {
        try request(job, ["/bin/sh", "-c", text, "sh"], memory: memory, workers: workers)
    }

    func output(_ job: String, _ file: String) -> String {
        (try? storage.read("\(job)/out/\(file)")) ?? ""
    }

    /// Holds and starts a job.
    func started(_ request: Core.JobRequest, on engine: any Engine) async throws -> (
        object: ObjectID, submission: SubmissionID
    ) {
        let submission = try Self.submission(request.job.text)
        let held = try await engine.hold(submission, request)
        guard try await engine.start(held) == .started else { throw SupportError("not started: \(request.job)") }
        return (held.id, submission)
    }

    func ended(_ object: ObjectID, on engine: any Engine, within: Duration = .seconds(60)) async throws -> StatusReport
    {
        try await eventuallyValue(within: within, every: .milliseconds(300), "\(object) ends") {
            guard let report = try await engine.report(on: object) else { throw SupportError("\(object) is unknown") }
            return report.status.status.isFinal ? report.status : nil
        }
    }

    func waitUntilRunning(_ object: ObjectID, on engine: any Engine) async throws {
        try await eventually("\(object) runs") { try await engine.report(on: object)?.status.status == .started }
    }

    /// Slurm's numbers of the jobs, by their objects.
    func numbers() async throws -> [ObjectID: Int] {
        var numbers: [ObjectID: Int] = [:]
        for job in try await cluster.jobs() {
            guard let read = SlurmComment.read(job["comment"].string ?? "", installation: "pman.") else { continue }
            numbers[read.object] = job["job_id"].int
        }
        return numbers
    }
}
