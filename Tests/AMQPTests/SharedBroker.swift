import Support

/// One broker for all tests that do it no harm; they keep apart by the names of their queues.
actor SharedBroker {
    private static let shared = SharedBroker()
    private var starting: Task<PrivateBroker, any Error>?

    static func get() async throws -> PrivateBroker { try await shared.start() }

    private func start() async throws -> PrivateBroker {
        let task =
            starting
            ?? Task {
                let broker = try PrivateBroker()
                try await broker.start()
                return broker
            }
        starting = task
        return try await task.value
    }
}
