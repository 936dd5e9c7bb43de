/// Who may use something that tests share: a few side by side, or one alone; first come, first served.
public actor Turns {
    public enum Use: Sendable { case shared, alone }

    private let width: Int
    private var running = 0
    private var waiting: [(need: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// - Parameter width: how many may use it side by side.
    public init(width: Int) { self.width = width }

    /// Does `work` when it is its turn.
    public func take<Value: Sendable>(
        _ use: Use, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        let need = use == .alone ? width : 1
        await enter(need)
        defer { leave(need) }
        return try await work()
    }

    private func enter(_ need: Int) async {
        if waiting.isEmpty, running + need <= width {
            running += need
            return
        }
        await withCheckedContinuation { waiting.append((need, $0)) }
    }

    private func leave(_ need: Int) {
        running -= need
        while let first = waiting.first, running + first.need <= width {
            running += first.need
            waiting.removeFirst()
            first.continuation.resume()
        }
    }
}
