/// `pman-worker` as a process, on one engine and one storage folder.
public final class WorkerProcess: Sendable {
    public let program: ProgramUnderTest
    private let directory: TemporaryDirectory

    /// Prepares it; `start()` starts it.
    /// - Parameters:
    ///   - engine: sets CONTAINER_ENV and DOCKER_HOST.
    ///   - storebase: the folder that is the storage (STORAGE_TYPE=host).
    ///   - engineID: nil: the engine tells it.
    ///   - environment: more variables, or others than the usual ones.
    public convenience init(
        amqpURL: String, queuePrefix: String, engine: any TestEngine, storebase: String, engineID: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        var all = ["CONTAINER_ENV": engine.backend]
        all["ENGINE_ID"] = engineID
        all.merge(environment) { _, given in given }
        try self.init(
            amqpURL: amqpURL, queuePrefix: queuePrefix, dockerHost: engine.dockerHost, storebase: storebase,
            environment: all)
    }

    /// Prepares it for a backend under test.
    public init(
        amqpURL: String, queuePrefix: String, backend: any BackendUnderTest, storage: String,
        environment: [String: String] = [:]
    ) throws {
        directory = try TemporaryDirectory("worker")
        var all = backend.workerVariables(storage: storage)
        all.merge(["AMQP_URL": amqpURL, "QUEUE_PREFIX": queuePrefix]) { _, given in given }
        all.merge(environment) { _, given in given }
        program = ProgramUnderTest(
            "pman-worker", port: try FreePort.pick(), environment: all, logFile: directory.file("log"))
    }

    /// Prepares it for an engine that something else started.
    public init(
        amqpURL: String, queuePrefix: String, dockerHost: String, storebase: String, environment: [String: String] = [:]
    ) throws {
        directory = try TemporaryDirectory("worker")
        var all = [
            "AMQP_URL": amqpURL, "QUEUE_PREFIX": queuePrefix, "CONTAINER_ENV": "docker", "DOCKER_HOST": dockerHost,
            "STORAGE_TYPE": "host", "STOREBASE": storebase,
        ]
        all.merge(environment) { _, given in given }
        program = ProgramUnderTest(
            "pman-worker", port: try FreePort.pick(), environment: all, logFile: directory.file("log"))
    }

    /// Prepares it, starts it, and waits until `/readyz` answers 200.
    public static func started(
        amqpURL: String, queuePrefix: String, engine: any TestEngine, storebase: String, engineID: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> WorkerProcess {
        let worker = try WorkerProcess(
            amqpURL: amqpURL, queuePrefix: queuePrefix, engine: engine, storebase: storebase, engineID: engineID,
            environment: environment)
        try await worker.program.start()
        return worker
    }
}
