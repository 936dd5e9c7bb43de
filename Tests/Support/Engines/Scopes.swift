/// Runs `body` with a Docker engine of its own, and takes the engine away whatever happens.
public func withPrivateDocker<Result>(
    liveRestore: Bool = false, megabytes: Int? = nil, _ body: (PrivateDocker) async throws -> Result
) async throws -> Result {
    try await withEngine(try await PrivateDocker(liveRestore: liveRestore, megabytes: megabytes), body)
}

/// Runs `body` with a Podman service of its own, and takes the service away whatever happens.
public func withPrivatePodman<Result>(
    rootless: Bool = false, _ body: (PrivatePodman) async throws -> Result
) async throws -> Result {
    try await withEngine(try await PrivatePodman(rootless: rootless), body)
}

private func withEngine<Engine: TestEngine, Result>(
    _ engine: Engine, _ body: (Engine) async throws -> Result
) async throws -> Result {
    do {
        let result = try await body(engine)
        await engine.stop()
        return result
    } catch {
        await engine.stop()
        throw error
    }
}
