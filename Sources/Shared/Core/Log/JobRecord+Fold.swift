extension JobRecord {
    /// Applies one event about this job id. Pure: the same events in the same order give the same record, and an event
    /// that comes again changes nothing.
    /// - Parameter writtenAt: the writer's clock, which is kept to be shown and never compared.
    public mutating func apply(_ event: Event, at offset: LogOffset, writtenAt: String? = nil) -> FoldOutcome {
        guard event.key == key else { return .ignored }
        return switch event {
        case .submitted(let id, let request, let acceptance): submit(id, request, acceptance, at: offset, writtenAt)
        case .deleted(let id): delete(id, at: offset)
        case .placed(let id, let placement): place(id, placement, at: offset)
        case .status(let id, let placement, let report): note(id, placement, report, writtenAt)
        case .removed(let id, let placement): remove(id, placement)
        case .ended(let id, let report): end(id, report)
        case .dismissed(let id): dismiss(id)
        case .restored(let record): restore(record, at: offset)
        case .dispatched, .forgotten, .marker, .checkpointStarted, .snapshot, .checkpointFinished: .ignored
        }
    }

    private mutating func submit(
        _ id: SubmissionID, _ request: JobRequest, _ acceptance: Acceptance, at offset: LogOffset,
        _ writtenAt: String?
    ) -> FoldOutcome {
        guard id.generation > deletedGeneration else { return .stale }
        guard let current else {
            self.current = Submission(id: id, request: request, submittedAt: offset)
            self.current?.submittedTime = writtenAt?.forMessage
            self.current?.signature = acceptance.signature
            self.current?.submitter = acceptance.submitter
            return .accepted
        }
        guard current.id.generation == id.generation else { return .stale }
        return current.request == request ? .accepted : .conflict
    }

    private mutating func delete(_ id: SubmissionID, at offset: LogOffset) -> FoldOutcome {
        guard let current, current.id == id else { return .stale }
        leaveBehind(current)
        deletedGeneration = id.generation
        deletedAt = offset
        self.current = nil
        return .deleted
    }

    private mutating func place(_ id: SubmissionID, _ placement: Placement, at offset: LogOffset) -> FoldOutcome {
        if id.generation <= deletedGeneration { return .no(.deleted) }
        guard let current, current.id.generation >= id.generation else { return .no(.unknown) }
        guard current.id == id else { return .no(.deleted) }
        if let chosen = current.placement {
            guard chosen == placement else { return .no(.placedElsewhere(chosen)) }
            if current.ended { return .no(.deleted) }
            return current.isFinal ? .no(.finished) : .go
        }
        guard !current.isFinal else { return .no(.deleted) }
        self.current?.placement = placement
        self.current?.placedAt = offset
        return .go
    }

    private mutating func note(
        _ id: SubmissionID, _ placement: Placement?, _ report: StatusReport, _ writtenAt: String?
    ) -> FoldOutcome {
        guard let current, current.id == id, !current.isFinal else { return .ignored }
        guard placement == current.placement else { return .ignored }
        // What has not been placed can wait or fail, but it cannot run, succeed or vanish.
        if placement == nil, report.status != .notstarted, report.status != .finishedWithError { return .ignored }
        guard report.status.rank >= (current.report?.status.rank ?? 0), report != current.report else {
            return .ignored
        }
        self.current?.report = report
        self.current?.startSeen = placement != nil
        if report.status == .started, current.startedTime == nil {
            self.current?.startedTime = (report.timestamp ?? writtenAt)?.forMessage
        }
        return .changed
    }

    private mutating func remove(_ id: SubmissionID, _ placement: Placement) -> FoldOutcome {
        if let index = leftovers.firstIndex(of: Leftover(submission: id, placement: placement)) {
            leftovers.remove(at: index)
            return .changed
        }
        guard let current, current.id == id, current.placement == placement, current.isFinal, !current.removed else {
            return .ignored
        }
        self.current?.removed = true
        return .changed
    }

    private mutating func end(_ id: SubmissionID, _ report: StatusReport) -> FoldOutcome {
        guard let current, current.id == id, !current.isFinal, report.status.isFinal else { return .ignored }
        self.current?.report = report
        self.current?.ended = true
        return .changed
    }

    private mutating func dismiss(_ id: SubmissionID) -> FoldOutcome {
        guard let current, current.id == id, current.isDeadLetter else { return .ignored }
        self.current?.dismissed = true
        return .changed
    }
}
