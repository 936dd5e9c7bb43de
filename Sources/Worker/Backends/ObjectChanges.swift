import Core

extension AsyncThrowingStream where Element == ObjectID, Failure == any Error {
    /// Hints that a task gives while somebody listens; the stream ends as the task does, and the task when nobody listens
    /// any more.
    /// - Parameter kept: how many hints wait for a slow listener; older ones are dropped, and found by the next listing.
    static func running(
        kept: Int = 10_000, _ work: @escaping @Sendable (Continuation) async throws -> Void
    ) -> AsyncThrowingStream {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(kept)) { continuation in
            let task = Task {
                do {
                    try await work(continuation)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
