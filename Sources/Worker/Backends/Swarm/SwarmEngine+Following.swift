import Core

extension SwarmEngine: FollowsOutput {
    /// Swarm ends the stream of a service only when the service is removed.
    func follow(
        _ object: ObjectID, _ take: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(EngineTrouble) -> Bool {
        guard let service = try await inspect(object), owner(of: service) != nil else { return false }
        let logs = streams.serviceLogs(object.text, tail: settings.tailLines, follow: true, deadline: nil)
        try await translate { () async throws(DockerError) in try await logs.forEachPiece(take) }
        return true
    }
}
