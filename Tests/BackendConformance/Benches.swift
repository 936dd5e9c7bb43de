import Support
import Testing

/// The benches of a run, each started when the first test of its backend asks for it.
actor Benches {
    @TaskLocal static var current = Benches()

    private var startingBroker: Task<PrivateBroker, any Error>?
    private var starting: [BackendKind: Task<Bench, any Error>] = [:]

    private func bench(_ kind: BackendKind) async throws -> Bench {
        let bench = starting[kind] ?? Task { try await Bench(kind, on: { try await self.broker() }) }
        starting[kind] = bench
        return try await bench.value
    }

    static var broker: PrivateBroker { get async throws { try await current.broker() } }

    private func broker() async throws -> PrivateBroker {
        let broker =
            startingBroker
            ?? Task {
                let broker = try PrivateBroker()
                try await broker.start()
                return broker
            }
        startingBroker = broker
        return try await broker.value
    }

    func stop() async {
        for bench in starting.values { await (try? await bench.value)?.stop() }
        (try? await startingBroker?.value)?.stop()
    }

    /// Runs `body` on a backend's bench, side by side with others.
    static func share(_ kind: BackendKind, _ body: @Sendable (Bench) async throws -> Void) async throws {
        let bench = try await current.bench(kind)
        try await bench.turns.take(.shared) { try await body(bench) }
    }

    /// Runs `body` on several backends' benches, side by side with others.
    static func share(
        _ kinds: [BackendKind], with taken: [BackendKind: Bench] = [:],
        _ body: @Sendable ([BackendKind: Bench]) async throws -> Void
    ) async throws {
        guard let kind = kinds.first else { return try await body(taken) }
        try await share(kind) { bench in
            try await share(Array(kinds.dropFirst()), with: taken.merging([kind: bench]) { $1 }, body)
        }
    }

    /// Runs `body` on a backend's bench with nobody beside it. It must leave everything in order.
    static func alone(_ kind: BackendKind, _ body: @Sendable (Bench) async throws -> Void) async throws {
        let bench = try await current.bench(kind)
        try await bench.turns.take(.alone) { try await body(bench) }
    }
}

/// Takes the benches away after the suite's last test.
struct BenchesTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let benches = Benches()
        let result: Result<Void, any Error>
        do {
            result = .success(try await Benches.$current.withValue(benches) { try await function() })
        } catch { result = .failure(error) }
        await benches.stop()
        try result.get()
    }
}

extension Trait where Self == BenchesTrait {
    static var benches: Self { BenchesTrait() }
}

/// What every backend promises, through a gateway and a worker on the scheduler itself, or on a named stand-in of it.
@Suite(.benches) enum Conformance {}
