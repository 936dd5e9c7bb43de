import Core

/// What a job's record says of it, whatever Slurm still knows.
struct SlurmRecord: Sendable, Hashable {
    /// The request, which is there until the job is removed.
    var hasJob = false
    /// The log has chosen this object, and its start was asked for.
    var isReleased = false
    /// The batch script has begun; it never will again.
    var isStarted = false
    /// Slurm's number of the job that began.
    var runningJob: Int?
    /// Seconds since 1970.
    var startedAt = 0
    /// The script's exit status, and when it ended.
    var exitCode: Int?
    var endedAt = 0
    /// Why the container could not be set up.
    var failure: String?
    /// The script was run once more, and refused.
    var wasRunAgain = false
    /// What was reported in the end.
    var final: StatusReport?
}

/// The files of a record. `job`, `released` and `final` are the worker's, the others the batch script's.
enum JobRecordFile {
    static let job = "job"
    static let released = "released"
    static let started = "started"
    static let run = "run"
    static let ended = "ended"
    static let failure = "failure"
    static let again = "again"
    static let final = "final"
    static let output = "output"
    /// Links to the job's directories, whose own names may have any character.
    static let incoming = "incoming"
    static let outgoing = "outgoing"
    static let mount = "mount"
}
