/// What can be done to both programs.
public protocol ProgramFixture: Sendable {
    var program: ProgramUnderTest { get }
}

extension GatewayProcess: ProgramFixture {}
extension WorkerProcess: ProgramFixture {}

extension ProgramFixture {
    public var log: ProcessLog { program.log }
    public var isRunning: Bool { program.isRunning }

    /// See `ProgramUnderTest.start`.
    public func start(
        changing changes: [String: String] = [:], until readiness: ProgramUnderTest.Readiness = .ready
    ) async throws {
        try await program.start(changing: changes, until: readiness)
    }

    /// SIGKILL, and waits until it is gone.
    public func kill() async throws { try await program.kill() }

    /// SIGSTOP.
    public func freeze() { program.freeze() }

    /// SIGCONT.
    public func thaw() { program.thaw() }

    /// SIGTERM, and waits for the exit.
    @discardableResult
    public func terminate(within: Duration = .seconds(30)) async throws -> ProcessExit {
        try await program.terminate(within: within)
    }

    /// SIGTERM when it runs, then a start with the same port and folders.
    public func restart(
        changing changes: [String: String] = [:], until readiness: ProgramUnderTest.Readiness = .ready
    ) async throws {
        try await program.restart(changing: changes, until: readiness)
    }
}
