import Core
import Logging
import Program

extension SlurmEngine {
    /// Releases the held job. Releasing twice changes nothing, and the script itself makes sure that it runs once; so
    /// a job that the controller has lost is simply submitted again.
    func start(_ object: HeldObject) async throws(EngineTrouble) -> StartAttempt.Outcome {
        let id = object.id
        guard let record = try await records.read(id), record.hasJob else { return .overtaken }
        guard !record.isStarted else { return .started }
        try await records.noteRelease(id)
        for _ in 0..<3 {
            let jobs = try await snapshots.snapshot(since: .now).jobs[id] ?? []
            guard let job = jobs.first(where: { SlurmWord($0.job).phase != .ended }) ?? jobs.first else {
                try await submitAgain(id, isHeld: false)
                return .started
            }
            guard SlurmWord(job.job).phase == .held else { return .started }
            let outcome = try await release(job.job.id)
            if case .refused(let reason) = outcome { try await giveUp(id, job.job.id, reason) }
            if let outcome { return outcome }
        }
        throw .transient("the job could not be released: it vanished three times")
    }

    /// - Returns: nil when Slurm does not know the job any more.
    private func release(_ job: Int) async throws(EngineTrouble) -> StartAttempt.Outcome? {
        do throws(SlurmError) {
            try await client.release(job)
            return .started
        } catch .refused(SlurmTrouble.Number.invalidJob, _) {
            return nil
        } catch .refused(let number, _)
            where SlurmTrouble.Number.alreadyFinished.contains(number)
            || SlurmTrouble.Number.alreadyStarted.contains(number)
        {
            return .started
        } catch .refused(let number, let message)
            where !SlurmTrouble.meansAway(number) && !SlurmTrouble.Number.later.contains(number)
        {
            return .refused("\(message) (\(number))")
        } catch {
            throw SlurmTrouble.general(error)
        }
    }

    /// The job ends here: Slurm must not run it when its nodes or limits change some day.
    private func giveUp(_ object: ObjectID, _ job: Int, _ reason: String) async throws(EngineTrouble) {
        let report = StatusReport(
            status: .finishedWithError, message: "created: cannot be started: \(reason)", timestamp: Timestamps.now())
        try await records.noteEnd(object, report)
        try await records.fence(object)
        try await cancel(job)
    }

    /// Lets a job go that was released before and that Slurm holds once more.
    func releaseAgain(_ job: Int) async throws(EngineTrouble) { _ = try await release(job) }

    /// Gives Slurm a job that it accepted and has forgotten, as slurmctld does when it is killed within seconds.
    func submitAgain(_ object: ObjectID, isHeld: Bool) async throws(EngineTrouble) {
        guard var job = try await records.job(object) else { return }
        job.isHeld = isHeld
        logger.notice(
            "Slurm has forgotten a job that never began: it is submitted again", metadata: ["job": "\(job.name)"])
        try await submit(job)
    }
}
