import Foundation
import Glibc
import Threads

/// A Docker engine of a test's own: containerd and dockerd with their own sockets, folders and control group, so
/// that it touches neither another engine of the machine nor another test's.
///
/// As with systemd, containerd is a process beside dockerd: containers outlive a killed dockerd. One that starts again
/// stops them, as Docker does, unless `liveRestore` is on.
public final class PrivateDocker: TestEngine {
    public let backend = "docker"
    public let socketPath: String
    public let api: HTTPClientOfTests
    public let recorder = StartRecorder()

    /// What its containers have of a network; all of it is in a network namespace of the engine's own.
    public enum Network: Sendable {
        case none
        /// Docker's usual bridge, and a loopback interface for what dockerd itself listens on.
        case bridge
    }

    private let directory: TemporaryDirectory
    private let controlGroup: String
    private let network: Network
    private let tls: PrivateDockerTLS?
    private let containerd: ManagedProcess
    private let dockerd: Locked<ManagedProcess?>

    /// Starts the engine, waits until it answers, and gives it the images of the conformance cases.
    /// - Parameters:
    ///   - configuration: more of its `daemon.json`.
    ///   - megabytes: how large its disk is; nil: as large as the machine's.
    ///   - tls: also listen on a port of 127.0.0.1, for clients that this authority has signed.
    /// - Throws: `SupportError` when not run as root.
    public init(
        liveRestore: Bool = false, loadsImages: Bool = true, network: Network = .none,
        configuration: [String: JSONValue] = [:], megabytes: Int? = nil, tls: PrivateDockerTLS? = nil
    ) async throws {
        guard geteuid() == 0 else { throw SupportError("a private Docker engine can be started by root only") }
        let directory = try TemporaryDirectory("docker", mode: 0o711)
        let folder = directory.path
        controlGroup = "pman-test-\((folder as NSString).lastPathComponent)"
        // Whoever cleans up after a killed test run reads it.
        try directory.write(controlGroup, to: "control-group")
        let given = JSONValue.object(["live-restore": .bool(liveRestore)].merging(configuration) { $1 })
        try directory.write(given.description, to: "daemon.json")
        try directory.write(Self.containerdConfiguration(folder), to: "containerd.toml")
        self.directory = directory
        self.network = network
        self.tls = tls
        socketPath = directory.file("docker.sock")
        api = HTTPClientOfTests(.unix(path: socketPath), connections: 4)
        containerd = try ManagedProcess(
            "containerd", program: "containerd", arguments: ["--config", "\(folder)/containerd.toml"],
            environment: Self.environment, logFile: directory.file("containerd.log"))
        dockerd = Locked(nil)
        do {
            if let megabytes {
                // Taken away with the engine's other mounts.
                _ = try await SmallDisk(at: try directory.folder("data"), megabytes: megabytes, mode: "711")
            }
            try await eventually("containerd listens", lastSeen: { [containerd] in containerd.log.tail(bytes: 2000) }) {
                FileManager.default.fileExists(atPath: "\(folder)/c.sock")
            }
            try await startDockerd()
            try recorder.follow(.unix(path: socketPath))
            if loadsImages { try await BusyboxImages.load(into: self) }
        } catch {
            await stop()
            throw error
        }
    }

    private static var environment: [String: String] {
        ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"]
    }

    private static func containerdConfiguration(_ folder: String) -> String {
        """
        version = 2
        root = "\(folder)/containerd"
        state = "\(folder)/c"
        disabled_plugins = ["io.containerd.grpc.v1.cri"]
        [grpc]
          address = "\(folder)/c.sock"
        [ttrpc]
          address = "\(folder)/t.sock"
        """
    }

    private func startDockerd() async throws {
        let folder = directory.path
        // In a network of its own: without a bridge, dockerd deletes the docker0 that it finds, which is another engine's.
        var words = ["unshare", "--net"]
        var arguments = [
            "--config-file", "\(folder)/daemon.json", "--data-root", "\(folder)/data", "--exec-root", "\(folder)/exec",
            "--pidfile", "\(folder)/docker.pid", "-H", dockerHost, "--containerd", "\(folder)/c.sock",
            "--iptables=false", "--ip6tables=false", "--cgroup-parent", "/\(controlGroup)", "--exec-opt",
            "native.cgroupdriver=cgroupfs",
        ]
        switch network {
        case .none: arguments.append("--bridge=none")
        case .bridge: words += ["sh", "-c", #"ip link set lo up && exec "$@""#, "sh"]
        }
        if let tls {
            words = tls.listening + words
            arguments += tls.arguments
        }
        words += ["dockerd"] + arguments
        let process = try ManagedProcess(
            "dockerd", program: words[0], arguments: Array(words.dropFirst()), environment: Self.environment,
            logFile: directory.file("dockerd.log"))
        dockerd.withLock { $0 = process }
        try await waitUntilReady(process)
    }

    /// dockerd, whose network is its own; nil while it does not run.
    var processIdentifier: pid_t? { dockerd.withLock { $0 }?.processIdentifier }

    /// What dockerd wrote, for the message of a failed test.
    public var log: ProcessLog { ProcessLog(path: directory.file("dockerd.log")) }

    public func kill() async throws {
        try await dockerd.withLock { $0 }?.killAndWait()
        // dockerd refuses to start beside a pid file that names a process, also when the number is another's by now.
        unlink(directory.file("docker.pid"))
    }

    public func freeze() { dockerd.withLock { $0 }?.freeze() }

    public func thaw() { dockerd.withLock { $0 }?.thaw() }

    public func restart() async throws {
        if let process = dockerd.withLock({ $0 }), process.isRunning {
            process.thaw()
            try await process.terminate(within: .seconds(60))
        }
        try await startDockerd()
    }

    public func stop() async {
        recorder.stop()
        if let process = dockerd.withLock({ $0 }) {
            // Asked politely it would give every container ten seconds.
            process.kill(SIGKILL)
            _ = try? await process.waitForExit(within: .seconds(10))
        }
        containerd.kill(SIGKILL)
        _ = try? await containerd.waitForExit(within: .seconds(10))
        await EngineRemains(folder: directory.path, controlGroup: controlGroup).remove()
        directory.remove()
    }
}
