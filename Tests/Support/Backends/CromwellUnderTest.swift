import Foundation
import Threads

/// A stand-in for Cromwell with Slurm and Apptainer behind it: its REST API, a real parser of WDL, and the configuration
/// in compose/cromwell, whose commands it runs. Its jobs run for real, and go on when it is killed.
public final class CromwellUnderTest: BackendUnderTest {
    public let name = "cromwell"
    public let image = "local/pmt:1"
    public let url: String

    private let port: UInt16
    private let directory: TemporaryDirectory
    private let interpreter: String
    private let server = Locked<ManagedProcess?>(nil)
    private let api: HTTPClientOfTests

    /// Starts it and waits until it answers.
    public init() async throws {
        interpreter = try await StandIns.interpreter()
        directory = try TemporaryDirectory("cromwell", mode: 0o755)
        port = try FreePort.pick()
        url = "http://127.0.0.1:\(port)"
        api = HTTPClientOfTests(.tcp(host: "127.0.0.1", port: port), connections: 4)
        do {
            try await makeImage()
            try await start()
        } catch {
            await stop()
            throw error
        }
    }

    public var differences: BackendDifferences { Self.differences }

    public static var differences: BackendDifferences {
        var differences = BackendDifferences()
        differences.isStandIn = true
        differences.replacesEntrypoint = true
        differences.allowsSeveralWorkers = true
        // It is asked every second here, and shows what it accepted a little later.
        differences.statusDelay = .seconds(3)
        return differences
    }

    public func workerVariables(storage: String) -> [String: String] {
        [
            "CONTAINER_ENV": name, "CROMWELL_URL": url, "TIMELIMIT_MINUTES": "10", "CROMWELL_POLL_SECONDS": "1",
            "STORAGE_TYPE": "host", "STOREBASE": storage,
        ]
    }

    // MARK: The program

    /// Images are folders.
    private func makeImage() async throws {
        try await BusyboxImages.makeRoot(at: directory.file("images/\(image)"))
    }

    private func start() async throws {
        var environment = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        // Its jobs live in sessions of their own; whoever cleans up after a killed test run finds them by this.
        environment["PMAN_RUN_DIR"] = ProcessInfo.processInfo.environment["PMAN_TEST_DIR"]
        let process = try ManagedProcess(
            "cromwell", program: interpreter,
            arguments: [
                "\(StandIns.checkout)/Tests/StandIns/cromwell/server.py", "\(port)", directory.path,
                "\(StandIns.checkout)/compose/cromwell/cromwell.conf",
            ], environment: environment, logFile: directory.file("log"))
        server.withLock { $0 = process }
        try await eventually("the stand-in for Cromwell answers", lastSeen: { process.log.tail(bytes: 3000) }) {
            if let exit = process.exit { throw SupportError("the stand-in for Cromwell ended: \(exit)") }
            return try await api.send("GET", "/engine/v1/version", timeout: .seconds(2)).status == 200
        }
    }

    /// What it wrote, for the message of a failed test.
    public var log: ProcessLog { ProcessLog(path: directory.file("log")) }

    public func kill() async throws { try await server.withLock { $0 }?.killAndWait() }
    public func freeze() { server.withLock { $0 }?.freeze() }
    public func thaw() { server.withLock { $0 }?.thaw() }
    public func restart() async throws { try await start() }

    public func stop() async {
        server.withLock { $0 }?.kill(SIGKILL)
        await EngineRemains(folder: directory.path, controlGroup: nil).remove()
        directory.remove()
    }

    // MARK: What it has

    /// What is asked of the stand-in itself: `faults`, `settings`, `counts`, `evaluate`, `list`, `workflows/ID`.
    @discardableResult
    public func control(_ path: String, _ value: JSONValue = .null) async throws -> JSONValue {
        let answer = try await api.send("POST", "/stand-in/\(path)", body: value.bytes, timeout: .seconds(60))
        guard answer.status == 200 else { throw SupportError("\(path): \(answer.status) \(answer.text)") }
        return answer.json
    }

    public func countObjects(of jid: String, installation: String) async throws -> Int {
        let mark = "x" + installation.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return (try await control("list").array ?? []).count {
            // Cromwell keeps all that ever ended; what was removed is marked as no longer the installation's.
            $0["labels"]["org.chrisproject.pman.jid"].string == jid && $0["labels"]["pman-installation"].string == mark
        }
    }

    /// A workflow of the original pman, which labels them with the job id.
    public func startStranger(named jid: String) async throws -> String {
        let folders = try ["stranger/incoming", "stranger/outgoing"].map { try directory.folder($0) }
        let source = """
            version 1.0
            task plugin_instance {
              command <<<
            sleep 600
            >>>
              runtime {
                docker: "\(image)"
                sharedir: "\((folders[0] as NSString).deletingLastPathComponent)"
              }
            }
            workflow ChRISJob {
              call plugin_instance
            }
            """
        let parts = [
            ("workflowSource", source), ("workflowType", "WDL"), ("workflowTypeVersion", "1.0"),
            ("labels", JSONValue.object(["org.chrisproject.pman.name": .string(jid)]).description),
        ]
        let boundary = UUID().uuidString
        let body = parts.map { name, value in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }.joined()
        let answer = try await api.send(
            "POST", "/api/workflows/v1", headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"],
            body: Array("\(body)--\(boundary)--\r\n".utf8))
        guard let id = answer.json["id"].string else { throw SupportError("a stranger's workflow: \(answer.text)") }
        try await eventually("the stranger's workflow runs") { try await strangerRuns(id) }
        return id
    }

    public func strangerRuns(_ id: String) async throws -> Bool {
        try await api.send("GET", "/api/workflows/v1/\(id)/status").json["status"] == "Running"
    }
}
