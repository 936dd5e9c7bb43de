extension AMQPConnection {
    /// Declares something now and, once that has worked, on each connect.
    /// - Throws: `channelClosed` with the broker's refusal (406 with what differs), or why there was no answer in time.
    public func declare(_ topology: Topology, timeout: Duration) async throws(PublishError) {
        _ = try await core.call(.declare(topology), timeout: timeout).get()
    }

    /// Asks about a queue without making it.
    /// - Returns: nil when there is no such queue.
    public func inspect(queue: String, timeout: Duration) async throws(PublishError) -> QueueCounts? {
        try await core.call(.inspect(queue: queue), timeout: timeout).get()
    }

    /// Deletes a queue with what is in it; one that does not exist is no error.
    public func deleteQueue(_ name: String, timeout: Duration) async throws(PublishError) {
        _ = try await core.call(.delete(queue: name), timeout: timeout).get()
    }
}
