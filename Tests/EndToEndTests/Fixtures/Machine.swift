import Support
import Testing

/// Makes each test wait for its turn on the machine.
struct MachineTrait: SuiteTrait, TestTrait, TestScoping {
    let use: Turns.Use
    var isRecursive: Bool { true }
    private static let machine = Turns(width: 3)

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Self.machine.take(use) {
            let began = ContinuousClock.now
            // What the test library prints includes the waiting.
            defer { print("    \((ContinuousClock.now - began).components.seconds) s: \(test.name)") }
            try await function()
        }
    }
}

extension Trait where Self == MachineTrait {
    static func machine(_ use: Turns.Use) -> Self { MachineTrait(use: use) }
}
