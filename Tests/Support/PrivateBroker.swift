import Foundation
import Glibc
import Threads

/// A real RabbitMQ of a test's own: own node name, ports, cookie, port mapper and folder.
///
/// It runs as the present user, also as root, and dies with the test process. `stop()` removes everything; letting go of it
/// does the same.
public final class PrivateBroker: Sendable {
    private struct Processes: Sendable {
        var portMapper: ManagedProcess?
        var server: ManagedProcess?
        var isRemoverRunning = false
    }

    /// AMQP on 127.0.0.1.
    public let port: UInt16
    /// AMQP with TLS on localhost; only with `certificates`.
    public let tlsPort: UInt16
    /// HTTP; only with `management`.
    public let managementPort: UInt16
    /// HTTP; only with `prometheus`.
    public let prometheusPort: UInt16
    public let options: PrivateBrokerOptions

    private static let programs = "/usr/lib/rabbitmq/bin"
    private let portMapperPort: UInt16
    private let distributionPort: UInt16
    private let directory: TemporaryDirectory
    let cookie: String
    private let hasPortMapper: Bool
    private let processes = Locked(Processes())

    /// Nothing runs before `start()`.
    /// - Parameter companion: a broker with which it may form a cluster, and which is stopped after it.
    /// - Throws: `SupportError` when RabbitMQ is not installed.
    public init(_ options: PrivateBrokerOptions = .init(), besides companion: PrivateBroker? = nil) throws {
        guard FileManager.default.isExecutableFile(atPath: "\(Self.programs)/rabbitmq-server") else {
            throw SupportError("RabbitMQ is not installed: apt-get install rabbitmq-server")
        }
        self.options = options
        port = try FreePort.pick()
        tlsPort = try FreePort.pick()
        managementPort = try FreePort.pick()
        prometheusPort = try FreePort.pick()
        portMapperPort = try companion?.portMapperPort ?? FreePort.pick()
        distributionPort = try FreePort.pick()
        directory = try TemporaryDirectory("broker")
        cookie = companion?.cookie ?? "cookie\(UInt64.random(in: 0 ... .max))"
        hasPortMapper = companion == nil
    }

    deinit { stop() }

    /// `amqp://guest:guest@127.0.0.1:port/%2F`
    public var url: String { "amqp://guest:guest@127.0.0.1:\(port)/%2F" }

    /// `amqps://guest:guest@localhost:tlsPort/%2F`
    public var tlsURL: String { "amqps://guest:guest@localhost:\(tlsPort)/%2F" }

    /// Starts it and returns when it takes connections. What it kept from before is there again.
    /// - Parameter cluster: the names of all nodes that are to form one, when it starts for the first time.
    public func start(cluster: [String] = []) async throws {
        try writeConfiguration(cluster: cluster)
        try await removeWhenTestsHaveEnded()
        // One of our own, or the server would start one that outlives it.
        if hasPortMapper, processes.withLock({ $0.portMapper?.isRunning }) != true {
            let portMapper = try ManagedProcess(
                "epmd", program: "epmd", arguments: ["-port", "\(portMapperPort)"], environment: environment,
                logFile: directory.file("epmd.log"))
            processes.withLock { $0.portMapper = portMapper }
        }
        let logFile = directory.file("server.log")
        let before = ProcessLog(path: logFile).end
        let server = try ManagedProcess(
            "rabbitmq-server", program: "\(Self.programs)/rabbitmq-server", environment: environment,
            directory: directory.path, logFile: logFile)
        processes.withLock { $0.server = server }
        try await server.waitForLine(containing: "Starting broker... completed", from: before, within: .seconds(90))
    }

    /// SIGKILL; returns when it is gone.
    ///
    /// RabbitMQ 3.10 writes the name of a new quorum queue to disk half a second late. Killed before that, it comes back
    /// with a queue that is empty and never elects a leader, so that whoever uses it hangs: rabbitmq-server#10070.
    /// - Parameter abruptly: without having it write those names first.
    public func kill(abruptly: Bool = false) async throws {
        if !abruptly { try await control("eval", "[dets:sync(Table) || Table <- dets:all()].") }
        try await processes.withLock { $0.server }?.killAndWait()
    }

    /// SIGSTOP: its sockets stay open, and nothing answers.
    public func freeze() {
        processes.withLock { $0.server }?.freeze()
    }

    /// SIGCONT after `freeze()`.
    public func thaw() {
        processes.withLock { $0.server }?.thaw()
    }

    /// Ends it as an operator would, if it runs, and starts it again.
    /// - Parameter wipe: it has forgotten everything.
    public func restart(wipe: Bool) async throws {
        _ = try await processes.withLock { $0.server }?.terminate(within: .seconds(30))
        if wipe { try FileManager.default.removeItem(atPath: directory.file("data")) }
        try await start()
    }

    /// Runs `rabbitmqctl` on it.
    /// - Returns: what it printed.
    @discardableResult
    public func control(_ arguments: String...) async throws -> String {
        try await control(arguments)
    }

    @discardableResult
    public func control(_ arguments: [String]) async throws -> String {
        try await ManagedProcess.run(
            "\(Self.programs)/rabbitmqctl", ["-n", nodeName] + arguments, environment: environment)
    }

    /// Whether it serves clients: a node that waits for the larger part of its cluster runs without doing so.
    public func isServing() async throws -> Bool { try await control("eval", "rabbit:is_running().").contains("true") }

    /// Has it use another secret with one node of its cluster: https://www.erlang.org/doc/man/erlang#set_cookie-2
    func trust(_ other: PrivateBroker, with cookie: String) async throws {
        try await control("eval", "erlang:set_cookie('\(other.nodeName)', '\(cookie)').")
    }

    /// Ends it without a word and removes everything. Stopping twice is no error.
    public func stop() {
        let running = processes.withLock { processes in
            defer { processes = Processes() }
            return [processes.server, processes.portMapper]
        }
        for process in running { process?.kill() }
        directory.remove()
    }

    /// The folder of a broker that is never stopped, or whose test process is killed, goes as well.
    private func removeWhenTestsHaveEnded() async throws {
        guard processes.withLock({ !$0.isRemoverRunning }) else { return }
        let script = """
            while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done; sleep 1; rm -rf "$2"
            """
        // Forked once more, so that it does not die with the test process as all others do.
        let remover = try ManagedProcess(
            "remover", program: "setsid",
            arguments: ["--fork", "sh", "-c", script, "sh", "\(getpid())", directory.path],
            environment: environment, logFile: "/dev/null")
        try await remover.waitForExit()
        processes.withLock { $0.isRemoverRunning = true }
    }

    /// Erlang's name of it.
    public var nodeName: String { "pman-test-\(port)@localhost" }

    private func writeConfiguration(cluster: [String]) throws {
        var plugins: [String] = []
        var lines = ["loopback_users = none"] + options.configuration
        if !cluster.isEmpty {
            // As compose/rabbitmq/cluster.conf has it.
            lines += ["cluster_formation.peer_discovery_backend = classic_config"]
            lines += cluster.enumerated().map { "cluster_formation.classic_config.nodes.\($0 + 1) = \($1)" }
            lines += ["cluster_partition_handling = pause_minority"]
        }
        if options.management {
            plugins.append("rabbitmq_management")
            lines += ["management.tcp.ip = 127.0.0.1", "management.tcp.port = \(managementPort)"]
        }
        if options.prometheus {
            plugins.append("rabbitmq_prometheus")
            lines += ["prometheus.tcp.ip = 127.0.0.1", "prometheus.tcp.port = \(prometheusPort)"]
        }
        if let certificates = options.certificates {
            lines += [
                "listeners.ssl.1 = 127.0.0.1:\(tlsPort)", "ssl_options.cacertfile = \(certificates.authorityFile)",
                "ssl_options.certfile = \(certificates.certificateFile)",
                "ssl_options.keyfile = \(certificates.keyFile)",
            ]
        }
        try directory.write(lines.joined(separator: "\n") + "\n", to: "rabbitmq.conf")
        try directory.write("[\(plugins.joined(separator: ","))].\n", to: "enabled_plugins")
        let cookieFile = directory.file(".erlang.cookie")
        if !FileManager.default.fileExists(atPath: cookieFile) {
            try directory.write(cookie, to: ".erlang.cookie")
            try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: cookieFile)
        }
    }

    private var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": directory.path,
            "ERL_EPMD_PORT": "\(portMapperPort)",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": nodeName,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": "\(port)",
            "RABBITMQ_DIST_PORT": "\(distributionPort)",
            "RABBITMQ_MNESIA_BASE": directory.file("data"),
            "RABBITMQ_LOG_BASE": directory.file("log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": directory.file("enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": directory.file("rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            // Makes the script become the server instead of waiting for it, so that signals reach it.
            "RUNNING_UNDER_SYSTEMD": "1",
            // Without spinning while idle: other tests want the processors.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        ]
    }
}
