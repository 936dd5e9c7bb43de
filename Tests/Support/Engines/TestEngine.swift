/// A container engine that a test started for itself and may hurt as it likes.
public protocol TestEngine: Sendable {
    /// `docker` or `podman`: what the worker's CONTAINER_ENV says.
    var backend: String { get }
    var socketPath: String { get }
    /// The engine's API, which is Docker's.
    var api: HTTPClientOfTests { get }
    var recorder: StartRecorder { get }

    /// SIGKILL to the program that serves the API; containers run on.
    func kill() async throws
    /// SIGSTOP: connections stay open and nothing answers.
    func freeze()
    func thaw()
    /// Starts the program again, after `kill()` or by ending it politely first, and waits until it answers.
    func restart() async throws
    /// Ends everything and takes away what it left: containers, mounts, control groups, files. May be called twice.
    func stop() async
}

extension TestEngine {
    /// For DOCKER_HOST.
    public var dockerHost: String { "unix://\(socketPath)" }

    /// Counts what the engine itself says it started, by the label `org.chrisproject.pman.submission`.
    /// - Parameter since: seconds since 1970; 0: since the engine was made.
    public func starts(since: Double = 0) async -> [String: Int] {
        await recorder.refresh(through: api, wholeSeconds: backend == "podman")
        return recorder.counts(since: since)
    }

    /// A GET of the engine's API.
    /// - Throws: `SupportError` for any status but 200.
    public func get(_ target: String) async throws -> JSONValue {
        let answer = try await api.send("GET", target)
        guard answer.status == 200 else { throw SupportError("GET \(target): \(answer.status) \(answer.text)") }
        return answer.json
    }

    /// All containers, running or not, as `/containers/json` lists them.
    public func containers(labelled label: String? = nil) async throws -> [JSONValue] {
        var target = "/containers/json?all=1"
        if let label { target += "&filters=" + JSONValue.object(["label": [.string(label)]]).description.queryEscaped }
        return try await get(target).array ?? []
    }

    func waitUntilReady(_ process: ManagedProcess) async throws {
        try await eventually(
            within: .seconds(60), "\(process.name) answers on \(socketPath)",
            lastSeen: { process.log.tail(bytes: 3000) }
        ) {
            if let exit = process.exit { throw SupportError("\(process.name) ended: \(exit)") }
            return try await api.send("GET", "/_ping", timeout: .seconds(2)).status == 200
        }
    }
}
