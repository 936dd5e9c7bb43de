/// A swarm of one node, on a Docker engine of the test's own.
public struct SwarmUnderTest: BackendUnderTest {
    public let name = "swarm"
    public let image = "local/pmt:1"
    public let docker: PrivateDocker
    private let tls: PrivateDockerTLS?

    /// - Parameters:
    ///   - gpus: how many GPUs its node says that it has.
    ///   - usesTLS: the worker reaches it over TCP with certificates.
    public init(gpus: Int = 0, usesTLS: Bool = false) async throws {
        tls = usesTLS ? try await PrivateDockerTLS() : nil
        let offers = (0..<gpus).map { JSONValue.string("NVIDIA-GPU=gpu-\($0)") }
        docker = try await PrivateDocker(
            network: .bridge, configuration: offers.isEmpty ? [:] : ["node-generic-resources": .array(offers)], tls: tls
        )
        do {
            // Loopback is the only network that the engine surely has.
            let answer = try await docker.api.send(
                "POST", "/swarm/init", headers: ["Content-Type": "application/json"],
                body: JSONValue.object(["ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"]).bytes)
            guard answer.status == 200 else { throw SupportError("the swarm: \(answer.status) \(answer.text)") }
            try await waitUntilReady()
        } catch {
            await docker.stop()
            throw error
        }
    }

    public var differences: BackendDifferences { Self.differences }

    public static let differences: BackendDifferences = {
        var differences = BackendDifferences()
        differences.replacesEntrypoint = true
        differences.quotesCommand = false
        differences.allowsSeveralWorkers = true
        differences.limitsMemory = true
        differences.limitsMemoryWith = ["MEMORY_HARD_LIMIT": "yes"]
        // A swarm's engine cannot keep its containers running while it is away (live-restore).
        differences.losesJobsWhenKilled = true
        differences.forgetsStartsWhenKilled = true
        differences.repeatsStartsWhenKilled = true
        differences.statusDelay = .seconds(2)
        return differences
    }()

    public func workerVariables(storage: String) -> [String: String] {
        var variables = [
            "CONTAINER_ENV": name, "DOCKER_HOST": docker.dockerHost, "STORAGE_TYPE": "host", "STOREBASE": storage,
        ]
        if let tls {
            variables["DOCKER_HOST"] = tls.dockerHost
            variables["DOCKER_TLS_VERIFY"] = "1"
            variables["DOCKER_CERT_PATH"] = tls.clientDirectory
        }
        return variables
    }

    /// Services, and those of which only tasks are left.
    public func countObjects(of jid: String, installation: String) async throws -> Int {
        let labels: [JSONValue] = [
            .string("org.chrisproject.pman.jid=\(jid)"), .string("org.chrisproject.pman.installation=\(installation)"),
        ]
        let services = try await list("services", "label", labels).compactMap { $0["ID"].string }
        let tasks = try await list("tasks", "label", labels).compactMap { $0["ServiceID"].string }
        return Set(services + tasks).count
    }

    public func startStranger(named jid: String) async throws -> String {
        let container: JSONValue = ["Image": .string(image), "Command": ["/bin/sleep", "600"]]
        let created = try await docker.api.send(
            "POST", "/services/create", headers: ["Content-Type": "application/json"],
            body: JSONValue.object(["Name": .string(jid), "TaskTemplate": ["ContainerSpec": container]]).bytes)
        guard let id = created.json["ID"].string else { throw SupportError("a stranger's service: \(created.text)") }
        try await eventually("the stranger's service runs") { try await strangerRuns(id) }
        return id
    }

    public func strangerRuns(_ id: String) async throws -> Bool {
        try await tasks(of: id).contains { $0["Status"]["State"] == "running" }
    }

    /// The tasks of a service, by its name or id.
    public func tasks(of service: String) async throws -> [JSONValue] {
        try await list("tasks", "service", [.string(service)])
    }

    private func list(_ what: String, _ filter: String, _ values: [JSONValue]) async throws -> [JSONValue] {
        let filters = JSONValue.object([filter: .array(values)])
        return try await docker.get("/\(what)?filters=\(filters.description.queryEscaped)").array ?? []
    }

    /// dockerd answers before its swarm does.
    private func waitUntilReady() async throws {
        try await eventually(
            within: .seconds(60), "the swarm's node is ready", lastSeen: { docker.log.tail(bytes: 2000) }
        ) {
            try await docker.get("/nodes")[0]["Status"]["State"] == "ready"
        }
    }

    public func kill() async throws { try await docker.kill() }
    public func freeze() { docker.freeze() }
    public func thaw() { docker.thaw() }

    public func restart() async throws {
        try await docker.restart()
        try await waitUntilReady()
    }

    public func stop() async { await docker.stop() }
}
