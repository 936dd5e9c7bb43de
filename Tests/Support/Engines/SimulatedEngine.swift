import Foundation
import Threads

/// The simulated engine as a process: it speaks Docker's API, runs nothing, and keeps a ledger of every start.
public final class SimulatedEngine: Sendable {
    public let socketPath: String
    public let ledgerPath: String
    private let directory: TemporaryDirectory
    private let latencies: [String]
    private let process = Locked<ManagedProcess?>(nil)

    /// - Parameters:
    ///   - create: how long a creation takes, in milliseconds.
    ///   - start: how long a start takes.
    public init(create: Int = 0, start: Int = 0) throws {
        directory = try TemporaryDirectory("engine")
        socketPath = directory.file("engine.sock")
        ledgerPath = directory.file("ledger")
        latencies = [String(create), String(start)]
    }

    public var dockerHost: String { "unix://\(socketPath)" }

    /// Starts it; what its ledger says is there again.
    public func start() async throws {
        let process = try ManagedProcess(
            "SimulatedEngine", program: try BuiltPrograms.path(of: "SimulatedEngine"),
            arguments: [socketPath, ledgerPath] + latencies, environment: ["PATH": "/usr/bin:/bin"],
            logFile: directory.file("log"))
        self.process.withLock { $0 = process }
        let http = HTTPClientOfTests(.unix(path: socketPath), connections: 1)
        try await eventually(within: .seconds(30), "the simulated engine answers", lastSeen: { process.log.tail() }) {
            if let exit = process.exit { throw SupportError("the simulated engine ended: \(exit)") }
            return try await http.send("GET", "/_ping", timeout: .seconds(2)).status == 200
        }
    }

    public func kill() async throws { try await process.withLock { $0 }?.killAndWait() }
    public func freeze() { process.withLock { $0 }?.freeze() }
    public func thaw() { process.withLock { $0 }?.thaw() }

    public func stop() async {
        thaw()
        try? await kill()
        directory.remove()
    }

    /// How often each call was made since it was started: method and path, with `*` for a container.
    public func calls() async throws -> [String: Int] {
        let http = HTTPClientOfTests(.unix(path: socketPath), connections: 1)
        let answer = try await http.send("GET", "/simulated/calls", timeout: .seconds(10))
        return try JSONDecoder().decode([String: Int].self, from: Data(answer.body))
    }

    public func ledger() throws -> String { try String(contentsOfFile: ledgerPath, encoding: .utf8) }
}
