/// All that the log says about one job id; a fold over the log in log order.
public struct JobRecord: Sendable, Hashable, Codable {
    public let key: JobKey
    /// All generations up to this one have been deleted.
    public var deletedGeneration = 0
    /// The submission that clients see.
    public var current: Submission?
    /// What deleted submissions left on their engines.
    public var leftovers: [Leftover] = []

    public init(key: JobKey) { self.key = key }

    enum CodingKeys: String, CodingKey { case key, deletedGeneration, current, leftovers }

    /// The generation that a new submission must carry.
    public var nextGeneration: Int { current?.id.generation ?? deletedGeneration + 1 }
}
