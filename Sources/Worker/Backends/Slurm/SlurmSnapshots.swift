import Core

/// The jobs of this installation, from one query of all jobs that serves everybody who asks meanwhile.
actor SlurmSnapshots {
    struct OwnJob: Sendable, Hashable {
        let job: SlurmJob
        let submission: SubmissionID
        let resources: Resources
    }

    struct Snapshot: Sendable {
        /// When the query was sent.
        let askedAt: ContinuousClock.Instant
        /// Several for an object whose job had to be submitted again.
        let jobs: [ObjectID: [OwnJob]]
    }

    private let client: SlurmClient
    private let installation: String
    private let user: SlurmUser
    private var newest: Snapshot?
    private var running: (askedAt: ContinuousClock.Instant, task: Task<Result<Snapshot, EngineTrouble>, Never>)?

    init(client: SlurmClient, installation: String, user: SlurmUser) {
        self.client = client
        self.installation = installation
        self.user = user
    }

    /// A snapshot that was asked for at `earliest` or later.
    func snapshot(since earliest: ContinuousClock.Instant) async throws(EngineTrouble) -> Snapshot {
        while true {
            if let newest, newest.askedAt >= earliest { return newest }
            let query = running ?? start()
            let result = await query.task.value
            if query.askedAt >= earliest { return try result.get() }
        }
    }

    private func start() -> (askedAt: ContinuousClock.Instant, task: Task<Result<Snapshot, EngineTrouble>, Never>) {
        let now = ContinuousClock.now
        let task = Task { await self.query(now) }
        running = (now, task)
        return (now, task)
    }

    private func query(_ askedAt: ContinuousClock.Instant) async -> Result<Snapshot, EngineTrouble> {
        defer { running = nil }
        do throws(SlurmError) {
            var jobs: [ObjectID: [OwnJob]] = [:]
            for job in try await client.jobs() where user.owns(job) {
                guard let (object, submission, resources) = SlurmComment.read(job.comment, installation: installation)
                else { continue }
                jobs[object, default: []].append(OwnJob(job: job, submission: submission, resources: resources))
            }
            let snapshot = Snapshot(askedAt: askedAt, jobs: jobs)
            newest = snapshot
            return .success(snapshot)
        } catch {
            return .failure(SlurmTrouble.general(error))
        }
    }
}

/// Whose jobs may be pman's: anybody can write a comment like ours.
struct SlurmUser: Sendable, Hashable {
    /// SLURM_USER_NAME.
    var name: String?
    /// The worker's own user, where no name is given.
    var id: Int

    func owns(_ job: SlurmJob) -> Bool {
        // slurmrestd may not know the names of the cluster's users.
        if let name { return job.userName == name || job.userName.isEmpty }
        return job.userID == nil || job.userID == id
    }
}
