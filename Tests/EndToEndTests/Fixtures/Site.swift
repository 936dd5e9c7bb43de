import Foundation
import Support

/// One installation of pman: a queue prefix on a broker, a storage folder, gateways and workers.
actor Site {
    nonisolated let broker: PrivateBroker
    nonisolated let prefix: String
    nonisolated let storage: TemporaryDirectory
    private var programs: [any ProgramFixture] = []
    private var engines: [any TestEngine] = []

    init(broker: PrivateBroker) throws {
        self.broker = broker
        prefix = "e2e-\(UUID().uuidString.prefix(8).lowercased())."
        storage = try TemporaryDirectory("storage")
    }

    /// A gateway that was not started yet.
    func idleGateway(_ environment: [String: String] = [:]) throws -> GatewayProcess {
        let gateway = try GatewayProcess(amqpURL: broker.url, queuePrefix: prefix, environment: environment)
        programs.append(gateway)
        return gateway
    }

    /// A gateway that is ready.
    func gateway(_ environment: [String: String] = [:]) async throws -> GatewayProcess {
        let gateway = try idleGateway(environment)
        try await gateway.start()
        return gateway
    }

    /// A worker that was not started yet.
    func idleWorker(on engine: any TestEngine, _ environment: [String: String] = [:]) throws -> WorkerProcess {
        let worker = try WorkerProcess(
            amqpURL: broker.url, queuePrefix: prefix, engine: engine, storebase: storage.path, environment: environment)
        programs.append(worker)
        engines.append(engine)
        return worker
    }

    /// A worker that is ready.
    func worker(on engine: any TestEngine, _ environment: [String: String] = [:]) async throws -> WorkerProcess {
        let worker = try idleWorker(on: engine, environment)
        try await worker.start()
        return worker
    }

    /// A worker on a simulated engine, ready.
    func worker(on engine: SimulatedEngine) async throws -> WorkerProcess {
        let worker = try WorkerProcess(
            amqpURL: broker.url, queuePrefix: prefix, dockerHost: engine.dockerHost, storebase: storage.path,
            environment: ["ENGINE_ID": "simulated"])
        programs.append(worker)
        try await worker.start()
        return worker
    }

    /// The request, with its folders in the storage.
    nonisolated func job(_ request: JobRequest) throws -> JobRequest { try request.makingFolders(in: storage.path) }

    nonisolated func shell(_ script: String) throws -> JobRequest { try job(.shell(script)) }

    /// This installation's containers on an engine, running or not.
    nonisolated func containers(on engine: any TestEngine) async throws -> [JSONValue] {
        try await engine.containers(labelled: "\(Labels.installation)=\(prefix)")
    }

    /// How often each submission was started whose container is still on an engine, by what the engine itself says.
    nonisolated func starts(on engine: any TestEngine) async throws -> [Int] {
        let submissions = try await containers(on: engine).compactMap { $0["Labels"][Labels.submission].string }
        let counts = await engine.starts()
        return Set(submissions).map { counts[$0] ?? 0 }
    }

    /// How many commands wait in the run queue or are being worked on, counted by the broker itself.
    nonisolated func runQueueDepth() async throws -> Int { try await depth(of: "run.docker") }

    /// How many messages a queue holds, delivered and unacknowledged ones among them.
    nonisolated func depth(of queue: String) async throws -> Int { try await broker.depth(of: prefix + queue) }

    /// Ends the programs and removes this installation's containers.
    func stop() async {
        for program in programs {
            program.thaw()
            try? await program.kill()
            program.program.log.keep(as: "\(prefix)\(program.program.name).\(program.program.port)")
        }
        for engine in engines {
            for container in (try? await containers(on: engine)) ?? [] {
                guard let id = container["Id"].string else { continue }
                _ = try? await engine.api.send("DELETE", "/containers/\(id)?force=1&v=1", timeout: .seconds(20))
            }
        }
        programs = []
        engines = []
        storage.remove()
    }
}

/// The labels by which the tests find containers.
enum Labels {
    static let installation = "org.chrisproject.pman.installation"
    static let job = "org.chrisproject.pman.jid"
    static let submission = "org.chrisproject.pman.submission"
}

/// Runs `body` with an installation on `broker` (else on the shared one), and takes the installation away whatever happens.
func withSite(broker: PrivateBroker? = nil, _ body: (Site) async throws -> Void) async throws {
    let shared: PrivateBroker
    if let broker { shared = broker } else { shared = try await Services.broker }
    let site = try Site(broker: shared)
    do { try await body(site) } catch {
        await site.stop()
        throw error
    }
    await site.stop()
}

/// Runs `body` with a broker of its own, which it may hurt.
func withPrivateBroker(
    _ options: PrivateBrokerOptions = PrivateBrokerOptions(), _ body: (PrivateBroker) async throws -> Void
) async throws {
    let broker = try PrivateBroker(options)
    defer { broker.stop() }
    try await broker.start()
    try await body(broker)
}
