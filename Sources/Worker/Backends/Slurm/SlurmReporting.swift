import Core
import Program

/// What an object is, by Slurm and by its record. Where the two show that Slurm has lost something, it is mended.
struct SlurmReporting {
    let engine: SlurmEngine
    let object: ObjectID

    private var records: JobRecords { engine.records }

    func report() async throws(EngineTrouble) -> ObjectReport? {
        // What is known already is as good as the last look of all; only absence is asked about anew.
        var jobs = try await engine.snapshots.snapshot(since: .now - SlurmEngine.pollInterval).jobs[object] ?? []
        if jobs.isEmpty { jobs = try await engine.snapshots.snapshot(since: .now).jobs[object] ?? [] }
        guard let record = try await records.read(object) else {
            return withoutRecord(jobs).map { ObjectReport(status: $0) }
        }
        if let final = record.final { return ObjectReport(status: try await withLogs(final)) }
        let status = record.isStarted ? try await begun(record, jobs) : try await notBegun(record, jobs)
        guard var status else { return nil }
        if status.status.isFinal {
            status = try await withLogs(explained(status, record))
            try await records.noteEnd(object, status)
        }
        return ObjectReport(isHeld: !record.isReleased && status.status == .notstarted, status: status)
    }

    /// Somebody took away the record, or it was removed: then Slurm remembers the job for some minutes.
    private func withoutRecord(_ jobs: [SlurmSnapshots.OwnJob]) -> StatusReport? {
        let running = jobs.first { SlurmWord($0.job).phase != .ended }
        return running.map { SlurmWord($0.job).report }
    }

    private func begun(
        _ record: SlurmRecord, _ jobs: [SlurmSnapshots.OwnJob]
    ) async throws(EngineTrouble) -> StatusReport {
        let own = record.runningJob.map { number in jobs.filter { $0.job.id == number } } ?? jobs
        guard let word = own.map({ SlurmWord($0.job) }).first else { return forgotten(record) }
        switch word.phase {
        case .held:
            // The controller was killed before it had written down that the job was released.
            let report = forgotten(record)
            if report.status.isFinal { try await engine.cancel(word.job.id) }
            return report
        case .pending:
            // Slurm gives it to another node now, where the script refuses to run.
            return StatusReport(status: .started, message: "running: queued once more by Slurm")
        case .ended where record.wasRunAgain || record.exitCode != nil && word.job.exit.code == BatchScript.refusedExit:
            return record.exitCode.map { SlurmWord.exited($0, at: record.endedAt) } ?? Self.queuedAgain
        case .ended, .running:
            engine.missing.isBack(object)
            return word.report
        }
    }

    private static var queuedAgain: StatusReport {
        StatusReport(
            status: .finishedWithError,
            message:
                "dead: Slurm ended the job and queued it once more (its node failed, it was preempted, or slurmctld "
                + "was killed). A job is never run twice, and this one may have run: look at its output before you "
                + "submit it again",
            timestamp: Timestamps.now())
    }

    /// Slurm does not know that it began.
    private func forgotten(_ record: SlurmRecord) -> StatusReport {
        if let code = record.exitCode { return SlurmWord.exited(code, at: record.endedAt) }
        guard engine.missing.isMissing(object, for: MissingJobs.patience) else {
            return StatusReport(
                status: .started, message: "running: Slurm does not know the job at the moment",
                timestamp: SlurmWord.timestamp(record.startedAt))
        }
        engine.missing.isBack(object)
        return StatusReport(
            status: .finishedWithError,
            message:
                "dead: Slurm has forgotten the job, which began and did not get to its end (it was cancelled, ran out "
                + "of time or memory, its node failed, or slurmctld was killed): it may have run, look at its output "
                + "before you submit it again",
            timestamp: Timestamps.now())
    }

    private func notBegun(_ record: SlurmRecord, _ jobs: [SlurmSnapshots.OwnJob]) async throws(EngineTrouble)
        -> StatusReport?
    {
        let words = jobs.map { SlurmWord($0.job) }
        guard let word = words.first(where: { $0.phase != .ended }) ?? words.first else {
            // Removed in the middle: nothing is left of it.
            guard record.hasJob else { return nil }
            if engine.missing.isMissing(object, for: MissingJobs.patienceBeforeSubmission) {
                try await engine.submitAgain(object, isHeld: !record.isReleased)
                engine.missing.isBack(object)
            }
            return StatusReport(status: .notstarted, message: record.isReleased ? "queued" : "created")
        }
        engine.missing.isBack(object)
        if word.phase == .held, record.isReleased {
            try await releaseAgain()
            return StatusReport(status: .notstarted, message: "queued")
        }
        var report = word.report
        if report.exitCode == BatchScript.refusedExit {
            report.message += ": the script could not write its record: can jobs write into SLURM_LOG_DIRECTORY?"
        }
        return report
    }

    /// The controller was killed before it had written down the release, or this look is older than the release.
    private func releaseAgain() async throws(EngineTrouble) {
        let jobs = try await engine.snapshots.snapshot(since: .now).jobs[object] ?? []
        for job in jobs where SlurmWord(job.job).phase == .held { try await engine.releaseAgain(job.job.id) }
    }

    /// Adds why the container did not come up, in its runtime's words.
    private func explained(_ report: StatusReport, _ record: SlurmRecord) async throws(EngineTrouble) -> StatusReport {
        var report = report
        if let failure = record.failure {
            report.message += ": \(failure)"
            return report
        }
        guard let code = report.exitCode, code != 0 else { return report }
        let output = try await records.output(object, lines: 10, bytes: 4096) ?? ""
        if RuntimeFailure.isOutOfMemory(output) {
            report.message = "exited (\(code)): out of memory"
        } else if !report.message.contains(": "), let line = RuntimeFailure.line(in: output) {
            report.message += ": \(line)"
        }
        return report
    }

    private func withLogs(_ report: StatusReport) async throws(EngineTrouble) -> StatusReport {
        var report = report
        let settings = engine.jobSettings
        report.logs = try await records.output(object, lines: settings.tailLines, bytes: settings.tailBytes)
        return report
    }
}
