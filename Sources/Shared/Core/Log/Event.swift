/// One fact in the log.
public enum Event: Sendable, Hashable {
    /// A client asked for a job. The first one of a generation wins.
    case submitted(SubmissionID, JobRequest, Acceptance = Acceptance())
    /// A client deleted this submission.
    case deleted(SubmissionID)
    /// A worker holds an object for this submission and asks to start it. The first one of a submission wins.
    case placed(SubmissionID, Placement)
    /// What became of a placed object; without one, why a job still waits.
    case status(SubmissionID, Placement?, StatusReport)
    /// The object is gone from its engine.
    case removed(SubmissionID, Placement)
    /// The dispatcher ends a job that no engine will finish.
    case ended(SubmissionID, StatusReport)
    /// An operator has seen that a job was given up: it is no dead letter any more.
    case dismissed(SubmissionID)
    /// Run commands of all submissions up to this offset have been published.
    case dispatched(upTo: LogOffset)
    /// Jobs that were deleted up to this offset, and have nothing on an engine any more, are forgotten: what concerned them and
    /// could come late has come.
    case forgotten(upTo: LogOffset)
    /// Nothing but a place in the log, read back by the gateway that wrote it.
    case marker
    /// What a cache knows and a new or shortened log does not.
    case restored(JobRecord)
    /// A checkpoint begins: a snapshot of every record follows, then `checkpointFinished`.
    case checkpointStarted(Nonce)
    /// A record as of an offset.
    case snapshot(Nonce, JobRecord, asOf: LogOffset)
    case checkpointFinished(Nonce)

    /// The submission that the event is about.
    public var submission: SubmissionID? {
        switch self {
        case .submitted(let id, _, _), .deleted(let id), .placed(let id, _), .status(let id, _, _),
            .removed(let id, _), .ended(let id, _), .dismissed(let id):
            id
        case .restored, .dispatched, .forgotten, .marker, .checkpointStarted, .snapshot, .checkpointFinished: nil
        }
    }

    /// The job that the event is about.
    public var key: JobKey? {
        if case .restored(let record) = self { return record.key }
        return submission?.key
    }
}
