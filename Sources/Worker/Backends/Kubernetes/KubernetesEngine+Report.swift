import Core

extension KubernetesEngine {
    func report(on object: ObjectID) async throws(EngineTrouble) -> ObjectReport? {
        let uid = object.text
        if let (job, pods) = store.view(of: uid), job.objectState != .ended {
            if let report = try await report(JobReading(job: job, pods: pods)) { return report }
        }
        // Once more if it was given up this moment: its object says so now.
        for _ in 0..<3 {
            guard let job = try await job(object) else { return nil }
            let pods = try await pods(of: job)
            if let report = try await report(JobReading(job: job, pods: pods)) { return report }
        }
        throw .transient("the Job changes all the time")
    }

    /// - Returns: nil when the job has just been given up: it is to be looked at anew.
    private func report(_ reading: JobReading) async throws(EngineTrouble) -> ObjectReport? {
        var reading = reading
        let job = reading.job
        if job.objectState == .running, reading.pods.isEmpty, job.status.active == 0 {
            reading.failedCreation = await failedCreations.message(for: job.metadata.uid)
        }
        let stuck = reading.stuck
        let time = store.stuck(job.metadata.uid, stuck != nil)
        if let stuck, let time, let text = giveUpText(stuck, after: time) {
            try await giveUp(job, text)
            return nil
        }
        var report = reading.report
        if report.status.isFinal {
            report.logs = job.givenUp == nil ? try await output(of: job, reading.pods) : ""
        }
        return ObjectReport(isHeld: job.objectState == .held, status: report)
    }

    private func giveUpText(_ stuck: PodWaiting, after time: Duration) -> String? {
        if stuck.isHopeless { return "pending: \(stuck.text)" }
        guard let limit = cluster.imageDeadline, time >= limit else { return nil }
        return "pending: \(stuck.text): given up after \(limit.components.seconds) s"
    }

    /// Suspends a Job for good, which removes its pods, and writes why onto it, so that whoever asks is told.
    private func giveUp(_ job: KubernetesJob, _ text: String) async throws(EngineTrouble) {
        let patch = JobPatch(job, suspend: true, annotations: [KubernetesMarks.givenUp: text])
        do throws(KubernetesError) {
            _ = try await client.patchJob(named: job.metadata.name, patch)
        } catch .refused(let refusal) where refusal.status == 409 || refusal.status == 404 {
            // It has changed meanwhile: whoever looks at it next decides anew.
        } catch {
            throw KubernetesTrouble.general(error)
        }
    }

    /// The pods of a Job, in the order in which they were made.
    func pods(of job: KubernetesJob) async throws(EngineTrouble) -> [KubernetesPod] {
        guard let (submission, _) = KubernetesMarks.submission(of: job, installation: installation) else { return [] }
        return try await pods(of: submission, job.metadata.uid)
    }

    func pods(of submission: SubmissionID, _ uid: String) async throws(EngineTrouble) -> [KubernetesPod] {
        let pods = try await translate { () async throws(KubernetesError) in
            try await client.listPods(labels: KubernetesMarks.selector(submission, installation: installation)).items
        }
        return pods.filter { $0.metadata.owners.contains(uid) }.sorted { one, other in
            (one.metadata.creationTimestamp, one.metadata.name)
                < (other.metadata.creationTimestamp, other.metadata.name)
        }
    }

    func tail(of object: ObjectID) async throws(EngineTrouble) -> String? {
        guard let job = try await job(object) else { return nil }
        return try await output(of: job, try await pods(of: job))
    }

    func remove(_ object: ObjectID, of submission: SubmissionID) async throws(EngineTrouble) -> Bool {
        let uid = object.text
        var wasThere = false
        if let job = try await job(object) {
            guard let (owner, _) = KubernetesMarks.submission(of: job, installation: installation), owner == submission
            else { return false }
            wasThere = true
            do throws(KubernetesError) {
                _ = try await client.deleteJob(named: job.metadata.name, uid: uid)
            } catch .refused(let refusal) where refusal.status == 409 {
                // The name is another Job's by now: ours is gone.
            } catch {
                throw KubernetesTrouble.general(error)
            }
        }
        // The garbage collector removes the pods after the Job; one that is being removed may still run.
        for _ in 0..<120 {
            let pods = try await pods(of: submission, uid)
            if pods.isEmpty, try await job(object) == nil { return wasThere }
            wasThere = wasThere || !pods.isEmpty
            try? await Task.sleep(for: .milliseconds(500))
        }
        throw .transient("the Job's pods are not gone after a minute")
    }
}
