import Core
import Logging

/// Runs jobs as batch jobs of a Slurm cluster.
///
/// An object's id is a nonce: Slurm's own numbers are given anew when its controller loses its state. The nonce is in
/// the job's comment, in its name and in the name of its record; a job that carries it is one of this object's.
struct SlurmEngine: Engine {
    let client: SlurmClient
    let snapshots: SlurmSnapshots
    let records: JobRecords
    let settings: SlurmSettings
    let jobSettings: JobSettings
    /// The queue prefix, in each job's comment.
    let installation: String
    let logger: Logger
    let missing = MissingJobs()

    /// How often all jobs are asked for. Slurm has no events.
    static let pollInterval: Duration = .seconds(2)

    var queuesByItself: Bool { true }

    func ping() async throws(EngineTrouble) {
        do { _ = try await client.ping() } catch { throw SlurmTrouble.general(error) }
    }

    /// The cluster weighs jobs against its nodes by itself.
    func capacity() async throws(EngineTrouble) -> Capacity { Capacity() }

    func find(_ submission: SubmissionID) async throws(EngineTrouble) -> [FoundObject] {
        try await found { $0 == submission }
    }

    func list() async throws(EngineTrouble) -> [FoundObject] { try await found { _ in true } }

    private func found(_ isWanted: (SubmissionID) -> Bool) async throws(EngineTrouble) -> [FoundObject] {
        var found: [FoundObject] = []
        for (object, jobs) in try await snapshots.snapshot(since: .now).jobs {
            guard let first = jobs.first, isWanted(first.submission) else { continue }
            let phases = jobs.map { SlurmWord($0.job).phase }
            var state = FoundObject.State.ended
            if phases.contains(where: { $0 == .running || $0 == .pending }) {
                state = .running
            } else if phases.contains(.held) {
                // One whose start was asked for is no longer held for its job, whatever Slurm remembers.
                let record = try await records.read(object)
                state = record?.isReleased == true || record?.isStarted == true ? .running : .held
            } else if try await records.read(object) == nil {
                // It was removed, and Slurm remembers it for a while.
                continue
            }
            found.append(
                FoundObject(id: object, submission: first.submission, state: state, resources: first.resources))
        }
        return found
    }

    func report(on object: ObjectID) async throws(EngineTrouble) -> ObjectReport? {
        try await SlurmReporting(engine: self, object: object).report()
    }

    func tail(of object: ObjectID) async throws(EngineTrouble) -> String? {
        try await records.output(object, lines: jobSettings.tailLines, bytes: jobSettings.tailBytes)
    }

    /// Yields what differs from one look to the next.
    func changes() async throws(EngineTrouble) -> AsyncThrowingStream<ObjectID, any Error> {
        let first = try await snapshots.snapshot(since: .now)
        let (snapshots, missing) = (snapshots, missing)
        return .running { hints in
            var known = first
            while !Task.isCancelled {
                try await Task.sleep(for: Self.pollInterval)
                let next = try await snapshots.snapshot(since: .now)
                for (object, jobs) in next.jobs where known.jobs[object] != jobs { hints.yield(object) }
                for object in known.jobs.keys where next.jobs[object] == nil { hints.yield(object) }
                for object in missing.all { hints.yield(object) }
                known = next
            }
        }
    }
}
