import Testing

/// Who may use the machine: a few tests side by side, or one alone; first come, first served.
actor Machine {
    enum Use: Sendable { case shared, alone }

    static let only = Machine()
    private static let width = 5

    private var running = 0
    private var waiting: [(need: Int, continuation: CheckedContinuation<Void, Never>)] = []

    private static func need(_ use: Use) -> Int { use == .alone ? width : 1 }

    func enter(_ use: Use) async {
        let need = Self.need(use)
        if waiting.isEmpty, running + need <= Self.width {
            running += need
            return
        }
        await withCheckedContinuation { waiting.append((need, $0)) }
    }

    func leave(_ use: Use) {
        running -= Self.need(use)
        while let first = waiting.first, running + first.need <= Self.width {
            running += first.need
            waiting.removeFirst()
            first.continuation.resume()
        }
    }
}

/// Makes each test wait for its turn on the machine.
struct MachineTrait: SuiteTrait, TestTrait, TestScoping {
    let use: Machine.Use
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await Machine.only.enter(use)
        let began = ContinuousClock.now
        let result: Result<Void, any Error>
        do { result = .success(try await function()) } catch { result = .failure(error) }
        // What the test library prints includes the waiting.
        print("    \((ContinuousClock.now - began).components.seconds) s: \(test.name)")
        await Machine.only.leave(use)
        try result.get()
    }
}

extension Trait where Self == MachineTrait {
    static func machine(_ use: Machine.Use) -> Self { MachineTrait(use: use) }
}
