import Core

/// An engine that gives a job's output as it is written.
protocol FollowsOutput: Sendable {
    /// Hands on the output of an object from the beginning of its tail, in pieces that are cut anywhere, until the engine
    /// says that there will be no more, or the task is cancelled.
    ///
    /// - Parameter take: returns when there is room for more: meanwhile nothing more is read, so that memory stays bounded
    ///   and the engine feels it.
    /// - Returns: false when the engine does not know the object, or it is somebody else's.
    func follow(
        _ object: ObjectID, _ take: @escaping @Sendable ([UInt8]) async -> Void
    ) async throws(EngineTrouble) -> Bool
}
