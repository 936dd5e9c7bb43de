import Core
import Foundation
import HTTPClient
import Logging
import Program
import Support

@testable import Worker

/// An engine on a stand-in of its own, with a storage folder.
struct CromwellFixture: Sendable {
    let standIn: CromwellUnderTest
    let storage: TemporaryDirectory
    var engine: CromwellEngine
    static let installation = "pman."

    /// Runs `body`, and takes everything away whatever happens.
    static func run(
        _ variables: [String: String] = [:], _ body: (CromwellFixture) async throws -> Void
    ) async throws {
        let standIn = try await CromwellUnderTest()
        do {
            let storage = try TemporaryDirectory("storage", mode: 0o755)
            let engine = try engine(standIn, storage: storage.path, variables)
            try await body(CromwellFixture(standIn: standIn, storage: storage, engine: engine))
        } catch {
            await standIn.stop()
            throw error
        }
        await standIn.stop()
    }

    /// Another worker's engine on the same stand-in.
    static func engine(
        _ standIn: CromwellUnderTest, storage: String, _ variables: [String: String] = [:]
    ) throws -> CromwellEngine {
        let reader = SettingsReader(standIn.workerVariables(storage: storage).merging(variables) { $1 })
        let job = try JobSettings(reader, .cromwell)
        let settings = try CromwellSettings(reader, job)
        return CromwellEngine(
            client: CromwellClient(http: try HTTPClient(), endpoint: settings.endpoint), settings: settings, job: job,
            installation: installation, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static func submission(_ job: String) throws -> SubmissionID {
        SubmissionID(
            key: JobKey(backend: .cromwell, job: try JobID(job)), generation: 1, nonce: .random())
    }

    /// A job that runs `script`, with its folders.
    func request(
        _ script: String, job: String = "job", input: String? = nil, output: String? = nil, environment: [String] = [],
        image: String = "local/pmt:1", workers: Int = 1
    ) throws -> Core.JobRequest {
        let request = try Self.request(
            ["/bin/sh", "-c", script], job: job, input: input, output: output, environment: environment, image: image,
            workers: workers)
        try storage.folder(request.input.text)
        try storage.folder(request.output.text)
        try openToAll(request.output.text)
        return request
    }

    static func request(
        _ words: [String], job: String = "job", input: String? = nil, output: String? = nil,
        environment: [String] = [], image: String = "local/pmt:1", workers: Int = 1
    ) throws -> Core.JobRequest {
        Core.JobRequest(
            job: try JobID(job), user: "cube", image: try ImageReference(image), entrypoint: words, arguments: [],
            pathFlags: [], type: .fs, input: try StoragePath(input ?? "key-\(job)/incoming"),
            output: try StoragePath(output ?? "key-\(job)/outgoing"),
            environment: try environment.map { text throws(InvalidValue) in try EnvironmentEntry(text) },
            resources: Resources(cpuMillicores: 1500, memoryMebibytes: 100, gpus: 0, workers: workers))
    }

    /// Lets any user write into a folder of the storage.
    func openToAll(_ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: storage.file(name))
    }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: storage.file(name)) }

    /// Holds and starts a job once Cromwell shows it.
    func start(_ submission: SubmissionID, _ request: Core.JobRequest) async throws -> ObjectID {
        let held = try await engine.hold(submission, request)
        try await eventually("the workflow can be released") { try await engine.start(held) == .started }
        return held.id
    }

    func end(of object: ObjectID) async throws -> StatusReport {
        try await eventuallyValue("the job has ended") {
            guard let report = try await engine.report(on: object) else { throw SupportError("Cromwell lost it") }
            return report.status.status.isFinal ? report.status : nil
        }
    }

    func run(_ request: Core.JobRequest) async throws -> StatusReport {
        try await end(of: try await start(try Self.submission(request.job.text), request))
    }
}
