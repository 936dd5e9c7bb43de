import Core
import FoundationEssentials

/// What the state of a Slurm job means.
struct SlurmWord: Sendable, Hashable {
    enum Phase: Sendable, Hashable {
        /// Waits for its release by this service.
        case held
        /// Waits for Slurm.
        case pending
        case running
        case ended
    }

    let job: SlurmJob

    init(_ job: SlurmJob) { self.job = job }

    private func has(_ state: String) -> Bool { job.states.contains(state) }

    /// The state without the flags that newer versions give beside it.
    private var ending: String? { job.states.first { Self.endings.contains($0) } }

    private static let endings: Set = [
        "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL",
        "DEADLINE",
    ]

    var phase: Phase {
        // Flags of a job whose end is not over: it may still run something, or run again.
        if has("COMPLETING") || has("STAGE_OUT") || has("SIGNALING") || has("STOPPED") { return .running }
        if has("PENDING") || has("CONFIGURING") || has("REQUEUED") || has("REQUEUE_HOLD") || has("REQUEUE_FED")
            || has("SPECIAL_EXIT") || has("RESV_DEL_HOLD")
        {
            return job.reason == "JobHeldUser" && !has("CONFIGURING") ? .held : .pending
        }
        return ending == nil ? .running : .ended
    }

    /// Docker's words where they fit, with Slurm's own behind them.
    var report: StatusReport {
        switch phase {
        case .held: StatusReport(status: .notstarted, message: "created")
        case .pending: StatusReport(status: .notstarted, message: pendingMessage)
        case .running: StatusReport(status: .started, message: runningMessage, timestamp: Self.timestamp(job.start))
        case .ended: ended
        }
    }

    private var pendingMessage: String {
        guard !job.reason.isEmpty, job.reason != "None" else { return "queued" }
        let detail = job.detail.isEmpty ? "" : ": \(job.detail)"
        return "queued: \(Self.explain(job.reason))\(detail)".forMessage(limit: 500)
    }

    private static func explain(_ reason: String) -> String {
        switch reason {
        case "Resources": "waiting for free nodes (Resources)"
        case "Priority": "waiting behind jobs of higher priority (Priority)"
        case "JobHeldAdmin": "held by an administrator (JobHeldAdmin)"
        case "JobHeldUser": "held (JobHeldUser)"
        case "BadConstraints": "no node has what the job asks for (BadConstraints)"
        case "PartitionDown", "PartitionInactive": "the partition takes no jobs (\(reason))"
        default: reason.hasPrefix("QOS") || reason.hasPrefix("Assoc") ? "a limit is reached (\(reason))" : reason
        }
    }

    private var runningMessage: String {
        if has("SUSPENDED") || has("STOPPED") { return "paused" }
        return has("COMPLETING") ? "running: completing" : "running"
    }

    private var ended: StatusReport {
        var report = StatusReport(
            status: .finishedWithError, message: "exited",
            timestamp: Self.timestamp(job.end > 0 ? job.end : job.start))
        switch ending {
        case "COMPLETED", "FAILED":
            let code = job.exit.signal.map { 128 + $0 } ?? job.exit.code ?? (ending == "COMPLETED" ? 0 : 1)
            report = Self.exited(code, at: job.end)
            // 22.05 gives JobLaunchFailure for whatever was ended by a signal.
            if code != 0, job.exit.signal == nil, !["NonZeroExitCode", "None", ""].contains(job.reason) {
                report.message += ": \(Self.explain(job.reason).forMessage)"
            }
        case "OUT_OF_MEMORY":
            report.exitCode = 137
            report.message = "exited (137): out of memory"
        case "TIMEOUT":
            let limit = job.timeLimit.map { " of \($0) minutes" } ?? ""
            report.message = "exited: the time limit\(limit) was reached (TIMEOUT)"
        case "CANCELLED": report.message = "exited: cancelled in Slurm (CANCELLED)"
        case "PREEMPTED": report.message = "exited: preempted by another job (PREEMPTED)"
        case "DEADLINE": report.message = "exited: it could not end before its deadline (DEADLINE)"
        case "NODE_FAIL": report.message = "dead: its node failed (NODE_FAIL)"
        case "BOOT_FAIL": report.message = "dead: its node did not boot (BOOT_FAIL)"
        default: break
        }
        return report
    }

    /// A program that ended by itself, or by a signal as a shell tells it.
    static func exited(_ code: Int, at time: Int) -> StatusReport {
        StatusReport(
            status: code == 0 ? .finishedSuccessfully : .finishedWithError,
            message: "exited (\(code))" + (code == 137 ? ": killed" : ""), timestamp: timestamp(time), exitCode: code)
    }

    static func timestamp(_ seconds: Int) -> String? {
        guard seconds > 0 else { return nil }
        return Date(timeIntervalSince1970: Double(seconds)).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
