import Foundation
import Glibc
import Threads

/// A Podman service of a test's own, run by root or rootless by `nobody`, with its own storage. Podman has no daemon: containers outlive the
/// service, and a service that starts again finds them as they were.
public final class PrivatePodman: TestEngine {
    public let backend = "podman"
    public let socketPath: String
    public let api: HTTPClientOfTests
    public let recorder = StartRecorder()

    /// Run without root's rights, by the user `nobody`.
    public let isRootless: Bool

    private let directory: TemporaryDirectory
    private let service = Locked<ManagedProcess?>(nil)

    /// Starts the service, waits until it answers, and gives it the images of the conformance cases.
    /// - Throws: `SupportError` when not run as root.
    public init(rootless: Bool = false, loadsImages: Bool = true) async throws {
        isRootless = rootless
        guard geteuid() == 0 else { throw SupportError("this Podman service can be started by root only") }
        directory = try TemporaryDirectory("podman", mode: 0o711)
        try directory.write(Self.configuration, to: "containers.conf")
        if rootless {
            for folder in [try directory.folder("user"), try directory.folder("r")] {
                guard let nobody = getpwnam("nobody"), chown(folder, nobody.pointee.pw_uid, nobody.pointee.pw_gid) == 0
                else { throw SystemError(call: "chown \(folder)") }
                chmod(folder, 0o700)
            }
            // Machines differ in who may open the one in /dev, which slirp4netns needs for a container's network.
            try await ManagedProcess.run("mknod", ["-m", "666", directory.file("tun"), "c", "10", "200"])
        }
        socketPath = directory.file(rootless ? "r/podman.sock" : "podman.sock")
        api = HTTPClientOfTests(.unix(path: socketPath), connections: 4)
        do {
            try await startService()
            try recorder.follow(.unix(path: socketPath))
            if loadsImages { try await BusyboxImages.load(into: self) }
        } catch {
            await stop()
            throw error
        }
    }

    /// Soft and hard limits must be equal, because Podman 4.3's Docker API swaps them; crun refuses mixed hierarchies of
    /// control groups; locks in files, because those in shared memory belong to all Podmans of the machine.
    private static let configuration = """
        [containers]
        default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        lock_type = "file"
        """

    private var environment: [String: String] {
        var all = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": directory.path,
            "CONTAINERS_CONF": directory.file("containers.conf"),
        ]
        if isRootless {
            all["HOME"] = directory.file("user")
            all["XDG_RUNTIME_DIR"] = directory.file("r")
        }
        return all
    }

    private var storageArguments: [String] {
        // Podman takes no runtime folder with a path of more than 50 characters.
        let (storage, runtime) = isRootless ? ("user/", "r/") : ("", "")
        return [
            "--root", directory.file(storage + "root"), "--runroot", directory.file(runtime + "run"), "--tmpdir",
            directory.file(runtime + "tmp"),
        ]
    }

    /// The words that run `podman` as the service's user.
    private func command(_ arguments: [String]) -> [String] {
        let podman = ["podman"] + storageArguments + arguments
        guard isRootless else { return podman }
        let script =
            "mount --bind '\(directory.file("tun"))' /dev/net/tun "
            + "&& exec setpriv --reuid nobody --regid nogroup --init-groups -- \"$@\""
        return ["unshare", "--mount", "--propagation", "slave", "sh", "-c", script, "sh"] + podman
    }

    private func startService() async throws {
        // Its conmon leaves a file `oom` where it was started.
        let words = ["env", "-C", directory.path] + command(["system", "service", "--time=0", dockerHost])
        let process = try ManagedProcess(
            "podman", program: words[0], arguments: Array(words.dropFirst()), environment: environment,
            logFile: directory.file("podman.log"))
        service.withLock { $0 = process }
        try await waitUntilReady(process)
    }

    /// What the service wrote, for the message of a failed test.
    public var log: ProcessLog { ProcessLog(path: directory.file("podman.log")) }

    /// Runs `podman` on the same storage.
    @discardableResult
    public func podman(_ arguments: [String]) async throws -> String {
        let words = command(arguments)
        return try await ManagedProcess.run(words[0], Array(words.dropFirst()), environment: environment)
    }

    public func kill() async throws { try await service.withLock { $0 }?.killAndWait() }

    public func freeze() { service.withLock { $0 }?.freeze() }

    public func thaw() { service.withLock { $0 }?.thaw() }

    public func restart() async throws {
        if let process = service.withLock({ $0 }), process.isRunning {
            process.thaw()
            try await process.terminate(within: .seconds(60))
        }
        try await startService()
    }

    public func stop() async {
        recorder.stop()
        if let process = service.withLock({ $0 }) {
            process.kill(SIGKILL)
            _ = try? await process.waitForExit(within: .seconds(10))
        }
        // Takes the containers' control groups away as well, which have no parent of their own.
        _ = try? await podman(["rm", "--all", "--force", "--time", "0"])
        await EngineRemains(folder: directory.path, controlGroup: nil).remove()
        directory.remove()
    }
}
