import Foundation
import Threads

/// One of the two programs, started as its users start it: by environment variables and signals.
public final class ProgramUnderTest: Sendable {
    /// How long `start` waits.
    public enum Readiness: Sendable {
        /// Until `/readyz` answers 200.
        case ready
        /// Until `/healthz` answers 200: what it needs may be away.
        case alive
        /// Not at all.
        case launched
    }

    private struct State: Sendable {
        var environment: [String: String]
        var process: ManagedProcess?
    }

    public let name: String
    public let port: UInt16
    /// Everything it printed, over all restarts.
    public let log: ProcessLog
    /// Its own HTTP server.
    public let http: HTTPClientOfTests
    private let state: Locked<State>

    init(_ name: String, port: UInt16, environment: [String: String], logFile: String) {
        self.name = name
        self.port = port
        log = ProcessLog(path: logFile)
        http = HTTPClientOfTests(.tcp(host: "127.0.0.1", port: port), connections: 32)
        var all = Self.surroundings
        all["LISTEN"] = "127.0.0.1:\(port)"
        all.merge(environment) { _, given in given }
        state = Locked(State(environment: all, process: nil))
    }

    /// What every program has around it, and what the sanitizers read.
    private static var surroundings: [String: String] {
        var all = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "LOG_LEVEL": "debug",
        ]
        for name in [
            "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE", "LD_LIBRARY_PATH",
        ] {
            all[name] = ProcessInfo.processInfo.environment[name]
        }
        return all
    }

    /// nil before the first start.
    public var process: ManagedProcess? { state.withLock { $0.process } }

    public var isRunning: Bool { process?.isRunning ?? false }

    /// Starts it, on the same port and folders as before.
    /// - Parameter changes: variables to set from now on; an empty value is set as such.
    /// - Parameter descriptors: how many files it may have open; nil: as many as the test.
    /// - Throws: `SupportError` with the end of its log when it ends instead, `EventuallyError` when it does not get ready.
    public func start(
        changing changes: [String: String] = [:], until readiness: Readiness = .ready, within: Duration = .seconds(30),
        descriptors: Int? = nil
    ) async throws {
        guard !isRunning else { throw SupportError("\(name) runs already") }
        let environment = state.withLock { state in
            state.environment.merge(changes) { _, given in given }
            return state.environment
        }
        let process = try ManagedProcess(
            name, program: try BuiltPrograms.path(of: name), environment: environment, logFile: log.path,
            descriptors: descriptors)
        state.withLock { $0.process = process }
        switch readiness {
        case .ready: try await waitUntil("/readyz", within: within)
        case .alive: try await waitUntil("/healthz", within: within)
        case .launched: break
        }
    }

    /// Waits until a GET of `path` answers 200.
    public func waitUntil(_ path: String, within: Duration = .seconds(30)) async throws {
        guard let process else { throw SupportError("\(name) was never started") }
        let deadline = Deadline(within: within)
        var last = "nothing"
        while process.isRunning, !deadline.hasPassed {
            do {
                let answer = try await http.send("GET", path, timeout: .seconds(2))
                if answer.status == 200 { return }
                last = "\(answer.status) \(answer.text.prefix(500))"
            } catch { last = "\(error)" }
            try await Task.sleep(for: .milliseconds(30))
        }
        let fate = process.exit.map { "ended (\($0))" } ?? "did not answer 200 within \(within)"
        throw SupportError("\(name) \(fate); GET \(path) last gave \(last); its log ends:\n\(log.tail(bytes: 4000))")
    }

    /// SIGKILL, and waits until it is gone.
    public func kill() async throws { try await process?.killAndWait() }

    public func freeze() { process?.freeze() }

    public func thaw() { process?.thaw() }

    /// SIGTERM, and waits.
    /// - Throws: `EventuallyError` when it did not end in time; then it has been killed.
    @discardableResult
    public func terminate(within: Duration = .seconds(30)) async throws -> ProcessExit {
        guard let process else { throw SupportError("\(name) was never started") }
        return try await process.terminate(within: within)
    }

    /// SIGTERM when it runs, then `start`.
    public func restart(changing changes: [String: String] = [:], until readiness: Readiness = .ready) async throws {
        if isRunning { try await terminate() }
        try await start(changing: changes, until: readiness)
    }
}
