import Foundation
import Support

/// One installation for one backend: a scheduler, a gateway and a worker, which the tests of that backend share.
struct Bench: Sendable {
    let backend: any BackendUnderTest
    let gateway: GatewayProcess
    let worker: WorkerProcess
    let storage: TemporaryDirectory
    let prefix: String
    let broker: PrivateBroker
    /// Tests that hurt the scheduler or the worker take it alone.
    let turns = Turns(width: 4)

    var api: PmanAPI { gateway.api }
    var differences: BackendDifferences { backend.differences }
    /// Jobs run as this user, where the backend can do it.
    static let user = 1234

    init(_ kind: BackendKind, on broker: PrivateBroker) async throws {
        self.broker = broker
        prefix = "conformance-\(kind.rawValue)-\(UUID().uuidString.prefix(8).lowercased())."
        storage = try TemporaryDirectory("storage", mode: 0o755)
        backend = try await kind.start()
        do {
            gateway = try await GatewayProcess.started(
                amqpURL: broker.url, queuePrefix: prefix, environment: ["CONTAINER_ENV": kind.rawValue])
            var variables = backend.differences.limitsMemoryWith
            if backend.differences.setsUser { variables["CONTAINER_USER"] = "\(Self.user):" }
            worker = try WorkerProcess(
                amqpURL: broker.url, queuePrefix: prefix, backend: backend, storage: storage.path,
                environment: variables)
            try await worker.start()
        } catch {
            await backend.stop()
            throw error
        }
    }

    func stop() async {
        backend.thaw()
        for program in [worker.program, gateway.program] {
            try? await program.kill()
            keepLog(program)
        }
        await backend.stop()
        storage.remove()
    }

    /// With PMAN_TEST_KEEP the logs of all programs stay in that folder.
    private func keepLog(_ program: ProgramUnderTest) {
        guard let folder = ProcessInfo.processInfo.environment["PMAN_TEST_KEEP"] else { return }
        try? FileManager.default.copyItem(atPath: program.log.path, toPath: "\(folder)/\(prefix)\(program.name).log")
    }

    // MARK: Jobs

    /// A job with its folders, which any user may write into.
    func job(_ request: JobRequest) throws -> JobRequest {
        var request = request
        request.image = request.image == JobRequest().image ? backend.image : request.image
        request = try request.makingFolders(in: storage.path)
        try storage.openToAll(request.outputDir)
        return request
    }

    /// A job that writes a line into `ran` in its output folder each time it is run.
    func counted(_ script: String) throws -> JobRequest {
        try job(.shell("echo ran >> /share/outgoing/ran; \(script)"))
    }

    /// How often a job of `counted` was run.
    func runs(_ request: JobRequest) -> Int {
        ((try? storage.read("\(request.outputDir)/ran")) ?? "").count { $0 == "\n" }
    }

    /// Posts a job and waits for its end.
    func run(_ request: JobRequest) async throws -> JSONValue {
        let posted = try await api.post(request)
        guard posted.status == 201 else { throw SupportError("POST gave \(posted.status) \(posted.text)") }
        return try await api.waitForEnd(request.jid, within: patience)
    }

    /// How long a short job may take, with others beside it.
    var patience: Duration { .seconds(90) + differences.statusDelay * 4 }

    /// What a job printed, with plain ends of lines.
    func logs(_ answer: JSONValue) -> String {
        let text = answer["logs"].string ?? ""
        return differences.hasTerminal ? text.replacing("\r\n", with: "\n") : text
    }

    func waitUntilNoObject(of jid: String) async throws {
        try await eventually(within: patience, "nothing of \(jid) is left on \(backend.name)") {
            try await backend.countObjects(of: jid, installation: prefix) == 0
        }
    }
}
