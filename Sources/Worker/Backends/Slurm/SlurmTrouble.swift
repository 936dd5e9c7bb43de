import Core
import HTTPClient

/// Sorts what Slurm answers into what will never work, what may work later, and a cluster that is away.
enum SlurmTrouble {
    /// Slurm's error numbers: `slurm/slurm_errno.h`, with the texts that `slurm_strerror` gives for them.
    enum Number {
        /// What slurmrestd gives when it does not say what happened between it and slurmctld.
        static let unspecified = -1
        static let invalidJob = 2017
        /// "Job/step already completing or completed", "Job has already finished".
        static let alreadyFinished: Set = [2021, 2084]
        /// "Job is no longer pending execution", "Job has already started".
        static let alreadyStarted: Set = [2073, 2083]
        /// Talking to slurmctld failed, or it is a backup in standby.
        static let communication: [ClosedRange<Int>] = [1000...1899, 5000...5099, 2027...2027, 2131...2131]
        /// "Try again" (EAGAIN), no room for more jobs, scripts that cannot be written, credentials that cannot be made,
        /// functions that are switched off, limits of jobs submitted at a time, internal errors, an update that has to
        /// wait, system-wide stop of submissions.
        static let later: Set = [11, 2007, 2019, 2020, 2026, 2037, 2050, 2090, 2103, 2105]
    }

    static func general(_ error: SlurmError) -> EngineTrouble {
        switch error {
        case .unreachable(let reason): .away("\(reason)")
        case .unclear(.bodyTooLarge):
            .transient("the cluster has more jobs than the worker can list")
        // A slurmrestd that does not answer within its deadline hangs.
        case .unclear(let reason): .away("\(reason)")
        case .refused(let number, let message):
            meansAway(number)
                ? .away("slurmctld does not answer slurmrestd, or refuses it (is the token still valid?): \(message)")
                : .transient("\(error)".forMessage(limit: 500))
        case .status(401, _):
            .away("slurmrestd refuses the credential: see SLURM_JWT_FILE, SLURM_USER_NAME and slurmrestd's -a")
        case .status, .malformed: .transient("\(error)".forMessage(limit: 500))
        }
    }

    static func submitting(_ error: SlurmError) -> EngineTrouble {
        guard case .refused(let number, let message) = error, !meansAway(number), !Number.later.contains(number)
        else { return general(error) }
        return .permanent("Slurm refused the job: \(message) (\(number))")
    }

    static func meansAway(_ number: Int) -> Bool {
        number == Number.unspecified || Number.communication.contains { $0.contains(number) }
    }
}
