import Core

extension SlurmEngine {
    func hold(_ submission: SubmissionID, _ request: JobRequest) async throws(EngineTrouble) -> HeldObject {
        let nonce = Nonce.random()
        guard let object = try? ObjectID(nonce.text) else { throw .transient("no name for the job") }
        let job = try slurmSubmission(submission, request, object)
        try await records.create(object, job)
        do throws(EngineTrouble) {
            try await submit(job)
        } catch {
            // What may have been submitted all the same is found by its comment.
            if case .permanent = error { try? await records.remove(object) }
            throw error
        }
        return HeldObject(id: object, name: job.name)
    }

    func submit(_ job: SlurmSubmission) async throws(EngineTrouble) {
        do { _ = try await client.submit(job) } catch { throw SlurmTrouble.submitting(error) }
    }

    /// The batch job for a job.
    func slurmSubmission(
        _ submission: SubmissionID, _ request: JobRequest, _ object: ObjectID
    ) throws(EngineTrouble) -> SlurmSubmission {
        for path in [request.input, request.output] where isInRecords(path) {
            throw .permanent("input_dir and output_dir must not be in SLURM_LOG_DIRECTORY, or around it")
        }
        let resources = request.resources
        let record = records.path(object)
        let hasCPUs = !jobSettings.ignoreLimits && resources.cpuMillicores > 0
        let cpus = hasCPUs ? (resources.cpuMillicores + 999) / 1000 : nil
        let own = JobLabels.make(submission, resources, installation: installation)
        var labels = jobSettings.labels.merging(own) { $1 }
        labels[SlurmComment.object] = object.text
        let script = BatchScript(
            record: record, input: request.input.below(settings.storeBase),
            output: request.output.below(settings.storeBase), images: settings.command.neededImages(request.image),
            image: request.image.withTag, command: settings.command.filled(values(request, record)),
            nodes: resources.workers, cpusPerTask: cpus)
        var job = SlurmSubmission(
            name: "\(submission.key.job)-\(object)", comment: try SlurmComment.text(labels), script: script.text,
            outputFile: "\(record)/\(JobRecordFile.output)")
        job.nodes = resources.workers
        job.cpusPerTask = cpus
        if !jobSettings.ignoreLimits, resources.memoryMebibytes > 0 { job.memoryPerNode = resources.memoryMebibytes }
        job.gpusPerNode = resources.gpus
        job.timeLimitMinutes = settings.timeLimitMinutes
        job.partition = settings.partition
        job.account = settings.account
        job.qos = settings.qos
        return job
    }

    private func values(_ request: JobRequest, _ record: String) -> ContainerCommand.Values {
        var environment = request.environment.map(\.text)
        if jobSettings.homeWorkaround, !request.environment.contains(where: { $0.key == "HOME" }) {
            environment.append("HOME=/tmp")
        }
        var values = ContainerCommand.Values(
            image: request.image, input: "\(record)/\(JobRecordFile.incoming)",
            output: "\(record)/\(JobRecordFile.outgoing)", mount: "\(record)/\(JobRecordFile.mount)",
            command: request.command, environment: environment)
        values.user = jobSettings.user.user.map { Int.random(in: $0) }
        values.group = jobSettings.user.group.map { Int.random(in: $0) }
        values.sharedMemoryMebibytes = jobSettings.sharedMemoryMebibytes
        values.hasGPU = request.resources.gpus > 0
        return values
    }

    /// A job that could write there could write into every other job's record.
    private func isInRecords(_ path: StoragePath) -> Bool {
        let path = path.below(settings.storeBase) + "/"
        let records = settings.logDirectory + "/"
        return path.utf8.starts(with: records.utf8) || records.utf8.starts(with: path.utf8)
    }
}
