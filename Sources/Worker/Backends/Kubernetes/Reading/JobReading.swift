import Core

/// What a Job and its pods mean for the job; pure.
struct JobReading {
    let job: KubernetesJob
    let pods: [KubernetesPod]
    /// Why the Job controller cannot make pods, in its words.
    var failedCreation: String?

    /// Without output.
    var report: StatusReport {
        if let text = job.givenUp {
            return StatusReport(
                status: .finishedWithError, message: text, timestamp: job.metadata.annotations[KubernetesMarks.started],
                exitCode: nil)
        }
        let conditions = job.status.conditions
        if let complete = conditions.holding("Complete") {
            return StatusReport(
                status: .finishedSuccessfully, message: "finished",
                timestamp: job.status.completionTime ?? complete.lastTransitionTime ?? job.status.startTime, exitCode: 0
            )
        }
        if let failed = conditions.holding("Failed") { return failure(failed) }
        guard job.hasBeenStarted else { return StatusReport(status: .notstarted, message: "created") }
        let hasRun = pods.contains(where: \.hasStarted) || job.status.succeeded > 0 || job.status.failed > 0
        if job.isSuspended {
            return StatusReport(
                status: hasRun ? .started : .notstarted,
                message: "suspended: somebody has suspended the Job \(job.metadata.name) by hand",
                timestamp: job.status.startTime)
        }
        if hasRun { return running }
        return StatusReport(status: .notstarted, message: "pending: \(waiting ?? "the cluster has not made a pod yet")")
    }

    private var running: StatusReport {
        var message = "running"
        let waits = pods.filter { !$0.hasStarted }
        if let why = waits.compactMap({ PodWaiting($0) }).first {
            message += ": \(waits.count) of \(pods.count) workers wait: \(why.text)"
        }
        return StatusReport(status: .started, message: message, timestamp: job.status.startTime)
    }

    private var waiting: String? {
        if let text = pods.compactMap({ PodWaiting($0) }).max(by: { !$0.isStuck && $1.isStuck })?.text { return text }
        guard pods.isEmpty, let failedCreation else { return nil }
        let text = failedCreation.forMessage(limit: 800)
        return text.contains("exceeded quota") ? "quota: \(text)" : text
    }

    /// What keeps a container from being made, and will go on to unless somebody does something.
    var stuck: PodWaiting? {
        guard job.objectState == .running else { return nil }
        return pods.compactMap { PodWaiting($0) }.first(where: \.isStuck)
    }

    private func failure(_ condition: KubernetesCondition) -> StatusReport {
        let ends = pods.map { PodEnd($0) }.filter(\.isFailure)
        // The one that failed first is the cause; the others were ended because of it.
        let end = ends.min { ($0.finishedAt ?? "~") < ($1.finishedAt ?? "~") }
        var message = condition.message.isEmpty ? "failed" : condition.message
        if let end { message += ": \(end.text)" }
        if condition.reason == "DeadlineExceeded" { message += ": it ran longer than the worker allows" }
        return StatusReport(
            status: .finishedWithError, message: message,
            timestamp: condition.lastTransitionTime ?? job.status.startTime, exitCode: end?.exitCode)
    }
}
