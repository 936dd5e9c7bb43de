import Foundation
import Support

/// One installation for one backend, which the tests of that backend share.
struct Bench: Sendable {
    /// What is ours of it: nothing when it was running already.
    private struct Own: Sendable {
        let gateway: GatewayProcess
        let worker: WorkerProcess
        let storage: TemporaryDirectory
    }

    let backend: any BackendUnderTest
    let api: PmanAPI
    /// The storage root.
    let storage: Folder
    let prefix: String
    private let own: Own?
    /// Tests that hurt the scheduler or the worker take it alone.
    let turns = Turns(width: 4)

    var differences: BackendDifferences { backend.differences }
    /// Jobs run as this user, where the backend can do it.
    static let user = 1234

    init(_ kind: BackendKind, on broker: @Sendable () async throws -> PrivateBroker) async throws {
        prefix = "conformance-\(kind.rawValue)-\(UUID().uuidString.prefix(8).lowercased())."
        backend = try await kind.start()
        if let installation = backend as? InstallationUnderTest {
            api = PmanAPI(installation.http, backend: installation.name)
            storage = Folder(path: installation.storage)
            own = nil
            return
        }
        do {
            let broker = try await broker()
            let directory = try TemporaryDirectory("storage", mode: 0o755)
            let gateway = try await GatewayProcess.started(
                amqpURL: broker.url, queuePrefix: prefix, environment: ["CONTAINER_ENV": kind.rawValue])
            let worker = try WorkerProcess(
                amqpURL: broker.url, queuePrefix: prefix, backend: backend, storage: directory.path,
                environment: Self.variables(of: backend))
            own = Own(gateway: gateway, worker: worker, storage: directory)
            api = gateway.api
            storage = Folder(path: directory.path)
            try await worker.start()
        } catch {
            await backend.stop()
            throw error
        }
    }

    private static func variables(of backend: any BackendUnderTest) -> [String: String] {
        var variables = backend.differences.limitsMemoryWith
        if backend.differences.setsUser { variables["CONTAINER_USER"] = "\(user):" }
        return variables
    }

    /// Another gateway and another worker of this installation, to be killed by whoever asks for them.
    func secondPrograms() async throws -> (gateway: GatewayProcess, worker: WorkerProcess) {
        let broker = try await Benches.broker
        let gateway = try await GatewayProcess.started(
            amqpURL: broker.url, queuePrefix: prefix, environment: ["CONTAINER_ENV": backend.name])
        let worker = try WorkerProcess(
            amqpURL: broker.url, queuePrefix: prefix, backend: backend, storage: storage.path,
            environment: Self.variables(of: backend))
        try await worker.start()
        return (gateway, worker)
    }

    /// - Throws: `SupportError` when the installation is somebody else's.
    var worker: WorkerProcess {
        get throws {
            guard let own else { throw SupportError("the worker of this installation is not ours to touch") }
            return own.worker
        }
    }

    func stop() async {
        backend.thaw()
        for program in [own?.worker.program, own?.gateway.program].compactMap(\.self) {
            try? await program.kill()
            program.log.keep(as: "\(prefix)\(program.name)")
        }
        await backend.stop()
        own?.storage.remove()
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

    /// What a job printed.
    func logs(_ answer: JSONValue) -> String { answer["logs"].string ?? "" }

    func waitUntilNoObject(of jid: String) async throws {
        guard own != nil else { return }
        try await eventually(within: patience, "nothing of \(jid) is left on \(backend.name)") {
            try await backend.countObjects(of: jid, installation: prefix) == 0
        }
    }
}
