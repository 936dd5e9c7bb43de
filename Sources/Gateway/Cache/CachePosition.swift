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

    /// The log's beginning is gone: nothing is known until a checkpoint has been read whole.
    var needsBase = false
    /// What has come since the last checkpoint, without what checkpoints themselves append.
    var sinceCheckpoint = Growth()
    /// When the last checkpoint was read, in seconds since 1970 by this machine's clock; 0: never.
    var checkpointReadAt = 0

    /// How much the log has grown.
    struct Growth: Sendable, Equatable {
        var entries = 0
        var bytes = 0
    }

    /// When the log was read last, in seconds since 1970 by this machine's clock; 0: never.
    var readAt = 0
    /// The same as the file has it, where it is written once a minute.
    var storedReadAt = 0
    /// The same of the log that was known before the one that is being read again.
    var knownUntil = 0
    /// The log that is being read again, because it had lost the beginning of what was still to be read and nothing else.
    var truncatedLog: Nonce?

    static let landmarkCount = 32
    static let readAtStep = 60
}
