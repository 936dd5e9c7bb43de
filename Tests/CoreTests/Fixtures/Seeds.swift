import FoundationEssentials

/// The seeds that property tests run with. `PMAN_SEED=17 swift test` repeats one alone: a failed case names its own.
enum Seeds {
    static let all: [UInt64] =
        if let text = ProcessInfo.processInfo.environment["PMAN_SEED"], let seed = UInt64(text) {
            [seed]
        } else {
            Array(1...100)
        }
}
