import Core

/// How far a cache has read the log.
struct CachePosition: Sendable, Equatable {
    /// An entry that was read, to recognise the log by.
    struct Landmark: Sendable, Equatable {
        let offset: LogOffset
        let id: String
    }

    /// The log's id, from its first entry.
    var log: Nonce?
    var lastOffset: LogOffset?
    /// Run commands up to here have been published.
    var dispatched: LogOffset = -1
    /// The last entries, oldest first.
    var landmarks: [Landmark] = []
    /// The log is being read again because it was not the one that this cache knew.
    var rebuilding = false

    static let landmarkCount = 32
}
