import Core
import Logging
import Program

/// Runs jobs as Jobs of a cluster. Each worker of a cluster may take commands: the cluster queues.
struct KubernetesEngine: Engine {
    let client: KubernetesClient
    let settings: JobSettings
    let cluster: KubernetesSettings
    /// The queue prefix, on each object's label.
    let installation: String
    let logger: Logger
    let store = KubernetesStore()
    let failedCreations: FailedCreations

    init(
        client: KubernetesClient, settings: JobSettings, cluster: KubernetesSettings, installation: String,
        logger: Logger
    ) {
        self.client = client
        self.settings = settings
        self.cluster = cluster
        self.installation = installation
        self.logger = logger
        failedCreations = FailedCreations(client: client, logger: logger)
    }

    var queuesByItself: Bool { true }

    func ping() async throws(EngineTrouble) {
        do throws(KubernetesError) {
            try await client.version(deadline: .seconds(5))
        } catch .refused(let refusal) {
            throw refusal.status == 403
                ? .transient("\(refusal)") : .away("\(KubernetesTrouble.general(.refused(refusal)))")
        } catch {
            throw KubernetesTrouble.general(error)
        }
    }

    func capacity() async throws(EngineTrouble) -> Capacity { Capacity() }

    func find(_ submission: SubmissionID) async throws(EngineTrouble) -> [FoundObject] {
        try await found(KubernetesMarks.selector(submission, installation: installation))
            .filter { $0.submission == submission }
    }

    func list() async throws(EngineTrouble) -> [FoundObject] {
        try await found(KubernetesMarks.selector(installation: installation))
    }

    private func found(_ labels: [String: String]) async throws(EngineTrouble) -> [FoundObject] {
        let jobs = try await translate { () async throws(KubernetesError) in
            try await client.listJobs(labels: labels).items
        }
        store.compare(jobs)
        return jobs.compactMap { job in
            guard let (submission, resources) = KubernetesMarks.submission(of: job, installation: installation),
                let id = try? ObjectID(job.metadata.uid)
            else { return nil }
            return FoundObject(id: id, submission: submission, state: job.objectState, resources: resources)
        }
    }

    func hold(_ submission: SubmissionID, _ request: JobRequest) async throws(EngineTrouble) -> HeldObject {
        for _ in 0..<3 {
            let name = KubernetesName.fresh(for: submission.key.job)
            do throws(KubernetesError) {
                let job = try await client.createJob(manifest(named: name, submission, request))
                guard let id = try? ObjectID(job.metadata.uid) else { throw KubernetesError.malformed("a Job's UID") }
                store.remember(job)
                return HeldObject(id: id, name: name)
            } catch .refused(let refusal) where refusal.status == 409 && refusal.reason == "AlreadyExists" {
                // Somebody has this name, however unlikely: the next one is another.
            } catch {
                throw KubernetesTrouble.creating(error)
            }
        }
        throw .transient("no name for the Job is free")
    }

    /// Allows the cluster to run a Job. It does so once however often it is asked: the Job is marked as started in the
    /// same step, which is done only if nobody has changed it since it was looked at, and one with that mark is left.
    func start(_ object: HeldObject) async throws(EngineTrouble) -> StartAttempt.Outcome {
        for _ in 0..<10 {
            guard let job = try await job(object.id), job.metadata.deletionTimestamp == nil else { return .overtaken }
            if let text = job.givenUp { return .refused(text) }
            if job.hasBeenStarted { return .started }
            let patch = JobPatch(job, suspend: false, annotations: [KubernetesMarks.started: Timestamps.now()])
            do throws(KubernetesError) {
                _ = try await client.patchJob(named: job.metadata.name, patch)
                return .started
            } catch .refused(let refusal) where refusal.status == 409 || refusal.status == 404 {
                // It has changed meanwhile, if only in its status: look again.
            } catch .refused(let refusal) where refusal.status == 422 {
                return .refused(refusal.message.forMessage(limit: 500))
            } catch .unclear {
                // Perhaps it was done: look again.
            } catch {
                throw KubernetesTrouble.general(error)
            }
        }
        throw .transient("the Job changes all the time")
    }

    /// The Job of an id as it is now; nil when there surely is none.
    func job(_ object: ObjectID) async throws(EngineTrouble) -> KubernetesJob? {
        let uid = object.text
        return try await translate { () async throws(KubernetesError) in
            if let name = store.name(of: uid) {
                let job = try await client.job(named: name)
                return job?.metadata.uid == uid ? job : nil
            }
            // Names are not kept across restarts; the list has all of ours.
            let jobs = try await client.listJobs(labels: KubernetesMarks.selector(installation: installation)).items
            store.compare(jobs)
            return jobs.first { $0.metadata.uid == uid }
        }
    }

    func translate<Value>(
        _ body: () async throws(KubernetesError) -> Value
    ) async throws(EngineTrouble) -> Value {
        do { return try await body() } catch { throw KubernetesTrouble.general(error) }
    }
}
