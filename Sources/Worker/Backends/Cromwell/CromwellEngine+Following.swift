import Core

extension CromwellEngine: FollowsOutput {
    /// Looks at both files in the shared directory once a second, until the task is cancelled.
    func follow(
        _ object: ObjectID, _ take: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(EngineTrouble) -> Bool {
        var position = JobOutput.Position()
        var call: CallMetadata?
        while !Task.isCancelled {
            // Where the files are is known when the call has begun, and stays so.
            if call?.stdout == nil {
                guard let metadata = try await metadata(object), owner(metadata.labels) != nil else { return false }
                call = metadata.call
            }
            let next = await output.appended(call, workflow: object, since: position)
            position = next.position
            if !next.bytes.isEmpty { await take(next.bytes) }
            if next.bytes.count < output.tailBytes { try? await Task.sleep(for: GrowingFile.interval) }
        }
        return true
    }
}
