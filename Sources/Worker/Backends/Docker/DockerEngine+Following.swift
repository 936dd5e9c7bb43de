import Core

extension DockerEngine: FollowsOutput {
    func follow(
        _ object: ObjectID, _ take: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(EngineTrouble) -> Bool {
        guard let inspection = try await inspect(object),
            JobLabels.submission(inspection.labels, backend: .docker, installation: installation) != nil
        else { return false }
        let logs = streams.containerLogs(
            object.text, tail: settings.tailLines, follow: true, isTTY: inspection.hasTTY)
        try await translate { () async throws(DockerError) in try await logs.forEachPiece(take) }
        return true
    }
}

extension DockerLogs {
    /// Reads as fast as the pieces are taken.
    func forEachPiece(_ take: ([UInt8]) async -> Void) async throws(DockerError) {
        var iterator = makeAsyncIterator()
        while let chunk = try await iterator.next() { await take(chunk.bytes) }
    }
}
