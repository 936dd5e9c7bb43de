import Support

/// A simulated engine that runs for as long as the body does.
/// - Parameters:
///   - create: how long a creation takes, in milliseconds.
///   - start: how long a start takes.
func withSimulatedEngine(
    create: Int = 0, start: Int = 0, _ body: (SimulatedEngine) async throws -> Void
) async throws {
    let engine = try SimulatedEngine(create: create, start: start)
    do {
        try await engine.start()
        try await body(engine)
    } catch {
        await engine.stop()
        throw error
    }
    await engine.stop()
}
