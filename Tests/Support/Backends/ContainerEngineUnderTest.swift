/// Docker or Podman, as the conformance suite sees them.
public struct ContainerEngineUnderTest: BackendUnderTest {
    private let engine: any TestEngine
    public let name: String
    public let image = "local/pmt:1"

    public static func docker() async throws -> ContainerEngineUnderTest {
        // Containers outlive a killed dockerd, as they outlive a killed Podman.
        ContainerEngineUnderTest(engine: try await PrivateDocker(liveRestore: true), name: "docker")
    }

    public static func podman() async throws -> ContainerEngineUnderTest {
        ContainerEngineUnderTest(engine: try await PrivatePodman(), name: "podman")
    }

    public var differences: BackendDifferences { Self.differences }

    public static let differences: BackendDifferences = {
        var differences = BackendDifferences()
        differences.limitsMemory = true
        differences.limitsMemoryWith = ["MEMORY_HARD_LIMIT": "yes"]
        differences.forgetsStartsWhenKilled = true
        return differences
    }()

    public func workerVariables(storage: String) -> [String: String] {
        ["CONTAINER_ENV": name, "DOCKER_HOST": engine.dockerHost, "STORAGE_TYPE": "host", "STOREBASE": storage]
    }

    public func countObjects(of jid: String, installation: String) async throws -> Int {
        try await engine.containers(labelled: "org.chrisproject.pman.jid=\(jid)").count {
            $0["Labels"]["org.chrisproject.pman.installation"].string == installation
        }
    }

    public func startStranger(named jid: String) async throws -> String {
        let created = try await engine.api.send(
            "POST", "/containers/create?name=\(jid)", headers: ["Content-Type": "application/json"],
            body: JSONValue.object(["Image": .string(image), "Cmd": ["/bin/sleep", "600"]]).bytes)
        guard let id = created.json["Id"].string else { throw SupportError("a stranger's container: \(created.text)") }
        let started = try await engine.api.send("POST", "/containers/\(id)/start")
        guard started.status == 204 else { throw SupportError("a stranger's container: \(started.text)") }
        return id
    }

    public func strangerRuns(_ id: String) async throws -> Bool {
        try await engine.get("/containers/\(id)/json")["State"]["Running"] == true
    }

    public func kill() async throws { try await engine.kill() }
    public func freeze() { engine.freeze() }
    public func thaw() { engine.thaw() }
    public func restart() async throws { try await engine.restart() }
    public func stop() async { await engine.stop() }
}
