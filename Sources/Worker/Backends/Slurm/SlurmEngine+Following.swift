import Core

extension SlurmEngine: FollowsOutput {
    /// Looks at the file on the shared storage once a second, until the task is cancelled.
    func follow(
        _ object: ObjectID, _ take: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(EngineTrouble) -> Bool {
        let limit = jobSettings.tailBytes
        guard let first = try await records.output(object, after: nil, limit: limit + 1) else { return false }
        var tail = LogTail(maximumLines: jobSettings.tailLines, maximumBytes: limit)
        tail.append(first.bytes)
        await take(Array(tail.text.utf8))
        var end = first.end
        while !Task.isCancelled {
            // More than the limit at once: the rest is there already.
            guard let next = try await records.output(object, after: end, limit: limit) else { return true }
            end = next.end
            if !next.bytes.isEmpty { await take(next.bytes) }
            if next.bytes.count < limit { try? await Task.sleep(for: GrowingFile.interval) }
        }
        return true
    }
}
