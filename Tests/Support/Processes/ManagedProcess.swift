import Foundation
public import Glibc
import Threads

/// A program that a test started: in a process group of its own, with exactly the environment it was given, its
/// output in a file. It dies with the test process, also when that is killed.
public final class ManagedProcess: Sendable {
    private struct State: Sendable {
        var exit: ProcessExit?
    }

    public let name: String
    public let processIdentifier: pid_t
    public let log: ProcessLog
    private let state: Locked<State>

    /// Starts it.
    /// - Parameters:
    ///   - program: a path, or a name to be found in the test's own PATH.
    ///   - environment: all of it; nothing is inherited.
    ///   - logFile: appended to, so that a restarted program goes on in the same file.
    ///   - user: run as that user and its groups (needs root).
    ///   - descriptors: how many files it may have open.
    public init(
        _ name: String, program: String, arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, logFile: String, user: String? = nil, descriptors: Int? = nil
    ) throws {
        var command = ["setpriv", "--pdeathsig", "KILL"]
        if let user { command += ["--reuid", user, "--regid", try Self.primaryGroup(of: user), "--init-groups"] }
        command.append("--")
        if let descriptors { command += ["prlimit", "--nofile=\(descriptors):\(descriptors)"] }
        if let directory { command += ["env", "--chdir=\(directory)"] }
        let output = open(logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw SystemError(call: "open \(logFile)") }
        defer { close(output) }
        let identifier = try ProcessSpawner.spawn(
            arguments: command + [program] + arguments, environment: environment, outputDescriptor: output)
        let state = Locked(State())
        self.name = name
        self.processIdentifier = identifier
        self.log = ProcessLog(path: logFile)
        self.state = state
        try DedicatedThread.start(name: "test-reaper") { Self.reap(identifier, into: state) }
    }

    deinit { kill() }

    private static func reap(_ identifier: pid_t, into state: Locked<State>) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        // Under the lock, so that nobody sends a signal to an identifier that is free for others.
        state.withLock { state in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            state.exit = ProcessExit(waitStatus: status)
        }
    }

    private static func primaryGroup(of user: String) throws -> String {
        guard let entry = getpwnam(user) else { throw SupportError("no user \(user) on this machine") }
        return String(entry.pointee.pw_gid)
    }

    /// How it ended; nil while it runs.
    public var exit: ProcessExit? { state.withLock { $0.exit } }

    public var isRunning: Bool { exit == nil }

    /// Sends a signal to the program's whole process group, or to the program alone. Nothing when it has ended.
    public func kill(_ signal: Int32 = SIGKILL, wholeGroup: Bool = true) {
        state.withLock { state in
            guard state.exit == nil else { return }
            if !wholeGroup || Glibc.kill(-processIdentifier, signal) != 0 { _ = Glibc.kill(processIdentifier, signal) }
        }
    }

    /// SIGSTOP: it answers nothing, and its connections stay open. Returns when every thread has stopped.
    public func freeze() {
        kill(SIGSTOP)
        for _ in 0..<1000 where isRunning && !hasStopped { usleep(1000) }
    }

    private var hasStopped: Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(processIdentifier)/task")) ?? []
        return threads.allSatisfy { thread in
            SystemFile.text("/proc/\(processIdentifier)/task/\(thread)/stat")?.contains(") T ") ?? true
        }
    }

    /// SIGCONT after `freeze()`.
    public func thaw() { kill(SIGCONT) }

    /// - Throws: `EventuallyError` with the end of the log when it still runs after `within`.
    @discardableResult
    public func waitForExit(within: Duration = .seconds(20)) async throws -> ProcessExit {
        try await eventuallyValue(
            within: within, every: .milliseconds(10), "\(name) ends", lastSeen: { self.log.tail(bytes: 2000) }
        ) { self.exit }
    }

    /// SIGTERM, then waits.
    /// - Throws: `EventuallyError` when it did not end in time; then it has been killed.
    @discardableResult
    public func terminate(within: Duration = .seconds(20)) async throws -> ProcessExit {
        kill(SIGTERM)
        do {
            return try await waitForExit(within: within)
        } catch {
            kill(SIGKILL)
            _ = try? await waitForExit(within: .seconds(5))
            throw error
        }
    }

    /// SIGKILL, then waits until it is gone.
    public func killAndWait() async throws {
        kill(SIGKILL)
        try await waitForExit(within: .seconds(10))
    }

    /// Waits for a line of output that contains `text` and returns it.
    /// - Parameter offset: a `log.end` taken before; older lines do not count.
    /// - Throws: `EventuallyError` at the deadline, `SupportError` at once when the program ended without such a line.
    @discardableResult
    public func waitForLine(
        containing text: String, from offset: UInt64 = 0, within: Duration = .seconds(20)
    ) async throws -> String {
        let deadline = Deadline(within: within)
        var place = offset
        while true {
            let hasEnded = exit
            let (lines, next) = log.wholeLines(from: place)
            if let line = lines.first(where: { $0.contains(text) }) { return line }
            if next == place {
                if let hasEnded {
                    throw SupportError("\(name) ended (\(hasEnded)) without \"\(text)\":\n\(log.tail(bytes: 4000))")
                }
                guard !deadline.hasPassed else {
                    throw EventuallyError(
                        what: "\(name) prints \"\(text)\"", within: within, lastSeen: log.tail(bytes: 4000),
                        lastError: nil)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            place = next
        }
    }

    /// Runs a program to its end.
    /// - Returns: what it printed.
    /// - Throws: `SupportError` with what it printed when it failed.
    @discardableResult
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, within: Duration = .seconds(60)
    ) async throws -> String {
        let directory = try TemporaryDirectory("run")
        defer { directory.remove() }
        let process = try ManagedProcess(
            program, program: program, arguments: arguments,
            environment: environment ?? ProcessInfo.processInfo.environment, logFile: directory.file("log"))
        let exit = try await process.waitForExit(within: within)
        let output = process.log.tail(bytes: 1024 * 1024)
        guard exit.isSuccess else {
            throw SupportError("\(program) \(arguments.joined(separator: " ")): \(exit)\n\(output)")
        }
        return output
    }
}
