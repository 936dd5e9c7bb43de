import Foundation
import Glibc
import Threads

/// A Slurm cluster of a test's own with its own munged, ports and folder: several stand side by side on one machine.
/// Jobs run through Charliecloud, from a folder with busybox in it.
public final class SlurmUnderTest: BackendUnderTest {
    public let name = "slurm"
    public let image = "local/pmt:1"
    public let api: HTTPClientOfTests
    /// What slurmrestd's clients over TCP show.
    public let tokenFile: String

    private struct Servers: Sendable {
        var controller: ManagedProcess?
        var rest: ManagedProcess?
        var restOverTCP: ManagedProcess?
        var nodes: [ManagedProcess] = []
        var munged: ManagedProcess?
        var starts = 0
    }

    let directory: TemporaryDirectory
    private let configuration: SlurmConfiguration
    private let restPort: UInt16
    private let servers = Locked(Servers())

    /// Starts the cluster and waits until both nodes are idle.
    /// - Throws: `SupportError` when not run as root.
    public init() async throws {
        guard geteuid() == 0 else { throw SupportError("a private Slurm can be started by root only") }
        directory = try TemporaryDirectory("slurm")
        configuration = SlurmConfiguration(
            folder: directory.path, controllerPort: try FreePort.pick(),
            nodePorts: try SlurmConfiguration.nodes.map { _ in try FreePort.pick() })
        restPort = try FreePort.pick()
        tokenFile = directory.file("token")
        api = HTTPClientOfTests(.unix(path: directory.file("rest.sock")), connections: 4)
        do {
            try await makeFiles()
            try await startServers()
        } catch {
            await stop()
            throw error
        }
    }

    public var differences: BackendDifferences { Self.differences }

    public static var differences: BackendDifferences {
        var differences = BackendDifferences()
        differences.replacesEntrypoint = true
        differences.quotesCommand = false
        differences.allowsSeveralWorkers = true
        differences.limitsMemory = true
        // slurmctld writes its state every five seconds: it ends what began in the seconds before it was killed.
        differences.forgetsStartsWhenKilled = true
        differences.statusDelay = .seconds(10)
        return differences
    }

    public func workerVariables(storage: String) -> [String: String] {
        [
            "CONTAINER_ENV": "slurm", "STORAGE_TYPE": "host", "STOREBASE": storage,
            "SLURM_REST_URL": "unix://\(directory.file("rest.sock"))", "SLURM_CONTAINER_COMMAND": "charliecloud",
            "SLURM_IMAGE_DIRECTORY": directory.file("images"), "SLURM_LOG_DIRECTORY": logDirectory,
        ]
    }

    /// The same for a worker that comes over TCP.
    public func workerVariablesOverTCP(storage: String) -> [String: String] {
        workerVariables(storage: storage).merging([
            "SLURM_REST_URL": "http://127.0.0.1:\(restPort)", "SLURM_JWT_FILE": tokenFile,
            "SLURM_USER_NAME": "root",
        ]) { $1 }
    }

    public var logDirectory: String { directory.file("records") }
    public var clusterName: String { configuration.clusterName }

    // MARK: Hurting it

    /// slurmctld and slurmrestd; nodes and what runs on them go on.
    public func kill() async throws {
        let (controller, rest) = servers.withLock { ($0.controller, $0.rest) }
        controller?.kill()
        rest?.kill()
        _ = try await controller?.waitForExit(within: .seconds(10))
        _ = try await rest?.waitForExit(within: .seconds(10))
    }

    /// slurmctld alone: slurmrestd answers, and has nobody to ask.
    public func killController() async throws { try await servers.withLock { $0.controller }?.killAndWait() }

    public func freeze() {
        let (controller, rest) = servers.withLock { ($0.controller, $0.rest) }
        rest?.freeze()
        controller?.freeze()
    }

    public func thaw() {
        let (controller, rest) = servers.withLock { ($0.controller, $0.rest) }
        controller?.thaw()
        rest?.thaw()
    }

    public func restart() async throws {
        thaw()
        try await kill()
        try startController()
        try startRest()
        try await waitUntilReady()
    }

    public func stop() async {
        _ = try? await ManagedProcess.run("scancel", ["--user", "root"], environment: environment, within: .seconds(5))
        let servers = servers.withLock { servers in
            defer { servers = Servers() }
            return servers
        }
        let all = [servers.rest, servers.restOverTCP, servers.controller] + servers.nodes + [servers.munged]
        for process in all.compactMap(\.self) {
            process.kill()
            _ = try? await process.waitForExit(within: .seconds(10))
        }
        await EngineRemains(folder: directory.path, controlGroup: nil).remove()
        for log in ["slurmctld", "slurmd-n1", "slurmd-n2"] {
            ProcessLog(path: file("\(log).out")).keep(as: "\(clusterName)-\(log)")
        }
        directory.remove()
    }

    // MARK: Starting it

    private func makeFiles() async throws {
        for folder in ["state", "images"] + SlurmConfiguration.nodes.map({ "spool-\($0)" }) {
            try directory.folder(folder)
        }
        try directory.write(configuration.slurm, to: "slurm.conf")
        try directory.write(configuration.genericResources, to: "gres.conf")
        for key in ["munge.key", "jwt.key"] {
            let secret = (0..<64).map { _ in "0123456789abcdef".randomElement() ?? "0" }
            chmod(try directory.write(String(secret), to: key), 0o600)
        }
        try await BusyboxImages.makeRoot(at: directory.file("images/local%pmt+1"))
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
            "SLURM_CONF": directory.file("slurm.conf"),
        ]
    }

    private func startServers() async throws {
        let munge = try process(
            "munged",
            [
                "--foreground", "--force", "--key-file", file("munge.key"), "--socket", file("munge.sock"),
                "--pid-file", file("munged.pid"), "--log-file", file("munged.log"), "--seed-file", file("munged.seed"),
            ])
        servers.withLock { $0.munged = munge }
        try await eventually("munged listens", lastSeen: { munge.log.tail(bytes: 2000) }) {
            FileManager.default.fileExists(atPath: file("munge.sock"))
        }
        try startController()
        for node in SlurmConfiguration.nodes {
            let slurmd = try process("slurmd", ["-D", "-f", file("slurm.conf"), "-N", node], log: "slurmd-\(node)")
            servers.withLock { $0.nodes.append(slurmd) }
        }
        try startRest()
        try await waitUntilReady()
        let token = try await scontrol(["token", "username=root", "lifespan=86400"])
        try directory.write(token, to: "token")
        let overTCP = try process(
            "slurmrestd",
            ["-f", file("slurm.conf"), "-a", "rest_auth/jwt", "-s", "openapi/v0.0.38", "127.0.0.1:\(restPort)"],
            log: "slurmrestd-tcp", environment: ["SLURM_JWT": "daemon", "SLURMRESTD_SECURITY": "disable_user_check"])
        servers.withLock { $0.restOverTCP = overTCP }
    }

    private func startController() throws {
        var configuration = configuration
        configuration.firstJob += servers.withLock { servers in
            servers.starts += 1
            return (servers.starts - 1) * 1000
        }
        try directory.write(configuration.slurm, to: "slurm.conf")
        let process = try process("slurmctld", ["-D", "-f", file("slurm.conf")])
        servers.withLock { $0.controller = process }
    }

    private func startRest() throws {
        unlink(file("rest.sock"))
        let process = try process(
            "slurmrestd",
            ["-f", file("slurm.conf"), "-a", "rest_auth/local", "-s", "openapi/v0.0.38", "unix:\(file("rest.sock"))"],
            environment: ["SLURMRESTD_SECURITY": "disable_user_check"])
        servers.withLock { $0.rest = process }
    }

    private func file(_ name: String) -> String { directory.file(name) }

    private func process(
        _ program: String, _ arguments: [String], log: String? = nil, environment more: [String: String] = [:]
    ) throws -> ManagedProcess {
        try ManagedProcess(
            program, program: program, arguments: arguments, environment: environment.merging(more) { $1 },
            logFile: file("\(log ?? program).out"))
    }

    private func waitUntilReady() async throws {
        let files = ["slurmctld.out", "slurmd-n1.out", "slurmrestd.out"].map(file)
        try await eventually(
            within: .seconds(60), "Slurm answers and has its nodes",
            lastSeen: { files.map { ProcessLog(path: $0).tail(bytes: 1500) }.joined(separator: "\n") }
        ) {
            let answer = try await api.send("GET", "/slurm/v0.0.38/nodes", timeout: .seconds(10))
            let nodes = answer.json["nodes"].array ?? []
            return nodes.count == 2
                && nodes.allSatisfy { ["idle", "mixed", "allocated"].contains($0["state"].string ?? "") }
        }
    }
}
