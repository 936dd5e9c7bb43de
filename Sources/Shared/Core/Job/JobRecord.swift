/// All that the log says about one job id; a fold over the log in log order.
public struct JobRecord: Sendable, Hashable, Codable {
    public let key: JobKey
    /// All generations up to this one have been deleted.
    public var deletedGeneration = 0
    /// Where in the log the last of them was; nil: before this was kept, or none was.
    public var deletedAt: LogOffset?
    /// The submission that clients see.
    public var current: Submission?
    /// What deleted submissions left on their engines.
    public var leftovers: [Leftover] = []

    public init(key: JobKey) { self.key = key }

    enum CodingKeys: String, CodingKey { case key, deletedGeneration, deletedAt, current, leftovers }

    /// Whether all that is known is that the job was deleted.
    public var isTombstone: Bool { current == nil && leftovers.isEmpty }

    /// The generation that a new submission must carry.
    public var nextGeneration: Int { current?.id.generation ?? deletedGeneration + 1 }
}
