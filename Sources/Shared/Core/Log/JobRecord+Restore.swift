/// A broker can lose the end of its log, or all of it. Each gateway then appends what its cache knows and the log does
/// not. Several do so, each having read up to another place, in any order and more than once: the log must come to say
/// the same whoever is first.
extension JobRecord {
    /// Joins what a cache knew. Deletions stand; of one submission the state that came further stands, and the log's
    /// own where they came equally far; every object that may be on an engine stays known until it is removed.
    mutating func restore(_ other: JobRecord, at offset: LogOffset) -> FoldOutcome {
        let before = self
        for leftover in other.leftovers { leaveBehind(leftover) }
        if other.deletedGeneration > deletedGeneration {
            deletedGeneration = other.deletedGeneration
            deletedAt = offset
            if let current, current.id.generation <= deletedGeneration {
                leaveBehind(current)
                self.current = nil
            }
        }
        if let theirs = other.current {
            if theirs.id.generation > deletedGeneration { join(theirs, at: offset) } else { leaveBehind(theirs) }
        }
        // After two logs that contradicted each other, what one of them wanted removed can be what stands.
        if let current, let placement = current.placement {
            leftovers.removeAll { $0 == Leftover(submission: current.id, placement: placement) }
        }
        return self == before ? .ignored : .changed
    }

    private mutating func join(_ theirs: Submission, at offset: LogOffset) {
        guard let mine = current else {
            current = theirs.moved(to: offset, submittedAt: offset)
            return
        }
        guard mine.id == theirs.id else {
            // Two first submissions of a generation, in two logs: the one of this log has been answered by it.
            guard theirs.id.generation > mine.id.generation else { return leaveBehind(theirs) }
            leaveBehind(mine)
            current = theirs.moved(to: offset, submittedAt: offset)
            return
        }
        let theirsStands = theirs.cameFurther(than: mine)
        if mine.placement != theirs.placement { leaveBehind(theirsStands ? mine : theirs) }
        if theirsStands { current = theirs.moved(to: offset, submittedAt: mine.submittedAt) }
        // A gateway of an older version restores without these.
        if current?.signature == nil { current?.signature = mine.signature ?? theirs.signature }
        if current?.submitter == nil { current?.submitter = mine.submitter ?? theirs.submitter }
        if current?.submittedTime == nil { current?.submittedTime = mine.submittedTime ?? theirs.submittedTime }
        if mine.placement == theirs.placement {
            if current?.startedTime == nil { current?.startedTime = mine.startedTime ?? theirs.startedTime }
            if mine.removed || theirs.removed { current?.removed = true }
            if mine.startSeen || theirs.startSeen { current?.startSeen = true }
            if mine.dismissed == true || theirs.dismissed == true { current?.dismissed = true }
        }
    }

    /// Keeps in mind what a submission that no longer counts has on its engine.
    mutating func leaveBehind(_ submission: Submission) {
        guard let placement = submission.placement, !submission.removed else { return }
        leaveBehind(Leftover(submission: submission.id, placement: placement))
    }

    private mutating func leaveBehind(_ leftover: Leftover) {
        if !leftovers.contains(leftover) { leftovers.append(leftover) }
    }
}

extension Submission {
    /// A job that was seen running or finished must not be seen waiting again, nor run a second time.
    fileprivate func cameFurther(than other: Submission) -> Bool {
        let ranks = (report?.status.rank ?? 0, other.report?.status.rank ?? 0)
        return ranks.0 == ranks.1 ? placement != nil && other.placement == nil : ranks.0 > ranks.1
    }

    /// The same in another log, where the offsets of the one that it was read from mean nothing.
    fileprivate func moved(to offset: LogOffset, submittedAt: LogOffset) -> Submission {
        var moved = Submission(id: id, request: request, submittedAt: submittedAt)
        moved.signature = signature
        moved.submitter = submitter
        moved.submittedTime = submittedTime
        moved.startedTime = startedTime
        moved.placement = placement
        moved.placedAt = placement == nil ? nil : offset
        moved.report = report
        moved.startSeen = startSeen
        moved.removed = removed
        moved.ended = ended
        moved.dismissed = dismissed
        return moved
    }
}
