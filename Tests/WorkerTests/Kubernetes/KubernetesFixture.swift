import Core
import FoundationEssentials
import HTTPClient
import Logging
import Program
import Support

@testable import Worker

/// An engine on the stand-in, with a storage folder of its own.
struct KubernetesFixture: Sendable {
    let cluster: KubernetesUnderTest
    let storage: TemporaryDirectory
    let engine: KubernetesEngine

    init(_ cluster: KubernetesUnderTest, _ variables: [String: String] = [:], prefix: String = "kube.") throws {
        self.cluster = cluster
        storage = try TemporaryDirectory("storage")
        engine = try Self.engine(
            cluster, cluster.workerVariables(storage: storage.path).merging(variables) { $1 }, prefix: prefix)
    }

    static func engine(
        _ cluster: KubernetesUnderTest, _ variables: [String: String], prefix: String
    ) throws -> KubernetesEngine {
        let reader = SettingsReader(variables)
        let job = try JobSettings(reader, .kubernetes)
        let settings = try KubernetesSettings(reader, job)
        let client = KubernetesClient(
            http: try HTTPClient(name: "kubernetes"), access: try ClusterAccess.read(reader),
            namespace: settings.namespace)
        return KubernetesEngine(
            client: client, settings: job, cluster: settings, installation: prefix, logger: Logger(label: "test"))
    }

    /// A request, with its folders in the storage.
    func request(
        _ script: String, job: String = "job-" + String(Nonce.random().text.prefix(10)), cpu: Int = 10,
        memory: Int = 50, gpus: Int = 0, workers: Int = 1, image: String = "local/pmt:1",
        environment: [String] = [], command: [String]? = nil
    ) throws -> Core.JobRequest {
        try storage.folder("\(job)/in")
        try storage.folder("\(job)/out")
        return try Core.JobRequest(
            job: JobID(job), user: "cube", image: ImageReference(image),
            entrypoint: command ?? ["/bin/sh", "-c", script], arguments: [], pathFlags: [], type: .fs,
            input: StoragePath("\(job)/in"), output: StoragePath("\(job)/out"),
            environment: environment.map { try EnvironmentEntry($0) },
            resources: Resources(cpuMillicores: cpu, memoryMebibytes: memory, gpus: gpus, workers: workers))
    }

    func submission(_ request: Core.JobRequest) -> SubmissionID {
        SubmissionID(key: JobKey(backend: .kubernetes, job: request.job), generation: 1, nonce: .random())
    }

    /// Makes a Job and starts it.
    @discardableResult
    func run(_ request: Core.JobRequest) async throws -> (object: ObjectID, submission: SubmissionID) {
        let submission = submission(request)
        let held = try await engine.hold(submission, request)
        guard case .started = try await engine.start(held) else { throw SupportError("it did not start") }
        return (held.id, submission)
    }

    func waitForEnd(_ object: ObjectID, within: Duration = .seconds(30)) async throws -> StatusReport {
        try await waitForReport(object, "it ends", within: within) { $0.status.isFinal }
    }

    func waitForReport(
        _ object: ObjectID, _ what: String, within: Duration = .seconds(30), _ condition: (StatusReport) -> Bool
    ) async throws -> StatusReport {
        var last: StatusReport?
        return try await eventuallyValue(within: within, what, lastSeen: { "\(String(describing: last))" }) {
            last = try await engine.report(on: object)?.status
            return last.flatMap { condition($0) ? $0 : nil }
        }
    }
}

/// The stand-in that tests share which do not hurt it.
enum SharedCluster {
    private static let starting = Task { try await KubernetesUnderTest() }
    static var cluster: KubernetesUnderTest { get async throws { try await starting.value } }
}

extension String {
    var base64: String { Data(utf8).base64EncodedString() }
}
