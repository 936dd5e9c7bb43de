import Core

extension SwarmEngine {
    /// How many tasks the service shall have once it is started.
    static let workersLabel = JobLabels.namespace + "number_of_workers"
    /// Swarm refuses less.
    static let leastMemory = 4 << 20

    /// The service for a job, with no tasks yet.
    func specification(_ submission: SubmissionID, _ request: JobRequest) -> ServiceSpecification {
        var labels = settings.labels.merging(
            JobLabels.make(submission, request.resources, installation: installation)
        ) { $1 }
        labels[Self.workersLabel] = String(request.resources.workers)
        var specification = ServiceSpecification(
            name: Self.name(submission.key.job), labels: labels, container: container(submission, request))
        let resources = request.resources
        if !settings.ignoreLimits {
            if resources.cpuMillicores > 0 {
                specification.limits.nanoCPUs = Int64(resources.nanoCPUs)
                specification.reservations.nanoCPUs = Int64(resources.nanoCPUs)
            }
            if resources.memoryMebibytes > 0 {
                let bytes = Int64(max(resources.memoryBytes, Self.leastMemory))
                specification.reservations.memoryBytes = bytes
                if settings.hardMemoryLimit { specification.limits.memoryBytes = bytes }
            }
        }
        if resources.gpus > 0 { specification.reservations.generic = [swarm.gpuResource: Int64(resources.gpus)] }
        specification.limits.processes = settings.policy.processLimit.map(Int64.init)
        return specification
    }

    private func container(_ submission: SubmissionID, _ request: JobRequest) -> TaskContainer {
        var container = TaskContainer(image: request.image.withTag, command: request.command)
        container.environment = request.environment.map { Self.literal($0.text) }
        if settings.homeWorkaround, !request.environment.contains(where: { $0.key == "HOME" }) {
            container.environment.append("HOME=/tmp")
        }
        container.user = settings.user.user.map { String(Int.random(in: $0)) }
        if let group = settings.user.group { container.groups = [String(Int.random(in: group))] }
        // Without the installation's label: a worker of the backend docker on the same engine would take it for its own.
        container.labels = settings.labels.merging([
            JobLabels.job: submission.key.job.text, JobLabels.submission: submission.label,
        ]) { $1 }
        container.mounts = [
            mount(request.input, at: JobRequest.inputMount, isReadOnly: true),
            mount(request.output, at: JobRequest.outputMount, isReadOnly: false),
        ]
        if let size = settings.sharedMemoryMebibytes {
            container.mounts.append(TaskMount(kind: .memory(bytes: Int64(size) << 20), target: "/dev/shm"))
        }
        container.dropsPrivileges = settings.policy.dropsPrivileges
        if settings.policy.hasReadOnlyRoot {
            container.hasReadOnlyRoot = true
            container.mounts.append(TaskMount(kind: .memory(bytes: nil), target: "/tmp"))
        }
        return container
    }

    private func mount(_ path: StoragePath, at target: String, isReadOnly: Bool) -> TaskMount {
        TaskMount(
            kind: .bind(source: Self.literal(path.below(storageRoot))), target: target, isReadOnly: isReadOnly)
    }

    /// Swarm takes what is between double braces in environment and mounts for a template (`{{.Node.Hostname}}`):
    /// https://docs.docker.com/reference/cli/docker/service/create/#create-services-using-templates
    static func literal(_ text: String) -> String { text.replacing("{{", with: #"{{"{{"}}"#) }

    /// The job id, as far as a service's name may have it (63 letters, digits, `-` and `_`), and a fresh nonce.
    static func name(_ job: JobID) -> String {
        let nonce = Nonce.random().text
        return "\(job.text.replacing(".", with: "-").prefix(62 - nonce.count))-\(nonce)"
    }
}
