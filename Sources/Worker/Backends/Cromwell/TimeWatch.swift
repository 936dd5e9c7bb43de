import FoundationEssentials

/// Which jobs have outlived their time limit so far that Cromwell will not end them by itself.
///
/// Cromwell counts a job as running from when it was handed to the batch system, so its time in the queue counts here;
/// the margin must be longer than that.
struct TimeWatch: Sendable, Hashable {
    let limitMinutes: Int
    /// nil: off.
    let marginMinutes: Int?
    /// How long an abort may take before the job is given up.
    static let abortPatience: TimeInterval = 600

    /// Whether a job that began at `start` has to be ended at `now`.
    func isOverdue(_ start: Date?, now: Date) -> Bool {
        guard let start, let marginMinutes else { return false }
        return now.timeIntervalSince(start) > Double(limitMinutes + marginMinutes) * 60
    }

    /// Whether it should have been ended long ago, and was not.
    func isHopeless(_ start: Date?, now: Date) -> Bool {
        isOverdue(start, now: now.addingTimeInterval(-Self.abortPatience))
    }

    var message: String {
        "ended by pman \(marginMinutes ?? 0) minutes after its time limit of \(limitMinutes) minutes "
            + "(TIMELIMIT_MINUTES, CROMWELL_OVERTIME_MINUTES)"
    }
}
