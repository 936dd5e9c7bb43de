import Core

extension SlurmEngine {
    private static let removalLimit: Duration = .seconds(60)
    private static let removalPoll: Duration = .milliseconds(500)

    func remove(_ object: ObjectID, of submission: SubmissionID) async throws(EngineTrouble) -> Bool {
        let jobs = try await snapshots.snapshot(since: .now).jobs[object] ?? []
        let request = try await records.job(object)
        let hasRecord = try await records.read(object) != nil
        let noted = request.flatMap { SlurmComment.read($0.comment, installation: installation)?.submission }
        let owners = Set(jobs.map(\.submission) + (noted.map { [$0] } ?? []))
        guard owners.allSatisfy({ $0 == submission }) else { return false }
        // The log names both, and a record that has lost its request is what a removal in the middle leaves.
        guard !owners.isEmpty || hasRecord else { return false }
        guard hasRecord || jobs.contains(where: { SlurmWord($0.job).phase != .ended }) else { return false }

        try await records.forbid(object)
        let end = ContinuousClock.now + Self.removalLimit
        while true {
            let left = try await snapshots.snapshot(since: .now).jobs[object] ?? []
            let running = left.filter { SlurmWord($0.job).phase != .ended }
            if running.isEmpty { break }
            guard ContinuousClock.now < end else {
                throw .transient("the job is not over a minute after it was cancelled")
            }
            for job in running { try await cancel(job.job.id) }
            try? await Task.sleep(for: Self.removalPoll)
        }
        try await records.remove(object)
        missing.isBack(object)
        return true
    }

    func cancel(_ job: Int) async throws(EngineTrouble) {
        do throws(SlurmError) {
            try await client.cancel(job)
        } catch .refused(let number, _)
            where number == SlurmTrouble.Number.invalidJob || SlurmTrouble.Number.alreadyFinished.contains(number)
        {
            // It is over.
        } catch {
            throw SlurmTrouble.general(error)
        }
    }
}
