/// What an event meant at its place in the log; what the one who appended it answers by.
public enum FoldOutcome: Sendable, Hashable {
    /// This submission is the one of its generation, or equals it.
    case accepted
    /// Another request has this job id.
    case conflict
    /// The generation is already deleted (submit again with the next one), or the submission is unknown.
    case stale
    /// The submission was deleted by this entry.
    case deleted
    /// The object may be started.
    case go
    /// The object must not be started.
    case no(RefusalReason)
    /// The event changed the record.
    case changed
    /// The event said nothing new.
    case ignored
}

/// Why an object must not be started.
public enum RefusalReason: Sendable, Hashable {
    /// The job was deleted, or ended before it was placed: withdraw the object.
    case deleted
    /// Another object was chosen: withdraw this one.
    case placedElsewhere(Placement)
    /// This very object has already finished: leave it alone.
    case finished
    /// The log has never heard of the submission: leave the object alone, it may be another installation's.
    case unknown
}
