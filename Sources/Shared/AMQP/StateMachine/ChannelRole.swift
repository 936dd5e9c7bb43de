/// What a channel of the present connection is for.
enum ChannelRole: Sendable, Equatable {
    /// Declares the topology; a refusal closes it and nothing else.
    case setup
    /// Publishes with confirms.
    case publishing
    /// Publishes without.
    case sending
    case requests
    case consumer(UInt64)
    /// Lives for one inspection or deletion.
    case call(UInt64)
    /// We closed it: what still comes is ignored until the broker confirms.
    case closing
}
