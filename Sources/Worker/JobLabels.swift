import Core

/// The labels by which a worker knows its own objects on an engine that others use too.
enum JobLabels {
    static let namespace = "org.chrisproject.pman."
    /// The job id, exactly.
    static let job = namespace + "jid"
    /// Which submission of the job id: `SubmissionID.label`.
    static let submission = namespace + "submission"
    /// The queue prefix: several installations may share an engine.
    static let installation = namespace + "installation"
    static let cpu = namespace + "cpu_millicores"
    static let memory = namespace + "memory_mebibytes"

    static func make(_ submission: SubmissionID, _ resources: Resources, installation: String) -> [String: String] {
        [
            job: submission.key.job.text, Self.submission: submission.label, Self.installation: installation,
            cpu: String(resources.cpuMillicores), memory: String(resources.memoryMebibytes),
        ]
    }

    /// Which submission labels speak of; nil when they are not this installation's.
    static func submission(
        _ labels: [String: String], backend: Backend, installation: String
    ) -> (SubmissionID, Resources)? {
        guard labels[Self.installation] == installation, let text = labels[job], let job = try? JobID(text),
            let id = SubmissionID(
                key: JobKey(backend: backend, job: job), label: labels[Self.submission] ?? "")
        else { return nil }
        let resources = Resources(
            cpuMillicores: number(labels[cpu], atMost: Resources.maximumCPUMillicores),
            memoryMebibytes: number(labels[memory], atMost: Resources.maximumMemoryMebibytes), gpus: 0, workers: 1)
        return (id, resources)
    }

    /// What jobs hold is added up: a label that somebody has changed must not make the sum too large.
    private static func number(_ text: String?, atMost maximum: Int) -> Int {
        min(max(0, text.flatMap { Int($0) } ?? 0), maximum)
    }
}
