import FoundationEssentials

/// A job that `submit --wait` follows, with its output if that is wanted.
struct WaitedRun: Sendable {
    let gateway: Gateway
    let job: JobAddress
    let showsLogs: Bool
    let deadline: ContinuousClock.Instant?

    /// - Returns: nil when the deadline came first.
    func end(_ progress: inout JobProgress) async throws -> JobDetail? {
        let follower =
            showsLogs
            ? Task {
                var follower = LogFollower(gateway: gateway, job: job) { JobOutput.print($0) }
                try await follower.run()
            } : nil
        defer { follower?.cancel() }
        let watch = JobWatch(gateway: gateway, job: job)
        guard let ended = try await watch.end(by: deadline, { progress.show($0, at: Date()) }) else {
            progress.finish("still going on")
            return nil
        }
        if let follower { try await finish(follower) }
        progress.finish(ended)
        return ended
    }

    /// The job has ended: the rest of its output must come soon.
    private func finish(_ follower: Task<Void, any Error>) async throws {
        let timer = Task {
            try await Task.sleep(for: .seconds(15))
            follower.cancel()
        }
        defer { timer.cancel() }
        do {
            try await follower.value
        } catch {
            Console.say("pmanctl: the output could not be read to its end: pmanctl logs \(SafeText.line(job.jid))")
        }
    }
}
