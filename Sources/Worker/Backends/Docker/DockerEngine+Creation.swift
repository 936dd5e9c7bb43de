import Core

extension DockerEngine {
    /// The container for a job, as the original makes it.
    func containerCreation(_ submission: SubmissionID, _ request: JobRequest) -> ContainerCreation {
        var creation = ContainerCreation(image: request.image.withTag)
        creation.command = request.command
        creation.environment = request.environment.map(\.text)
        if settings.homeWorkaround, !request.environment.contains(where: { $0.key == "HOME" }) {
            creation.environment.append("HOME=/tmp")
        }
        creation.user = settings.user.user.map { String(Int.random(in: $0)) }
        creation.labels = settings.labels.merging(
            JobLabels.make(submission, request.resources, installation: installation)
        ) { $1 }
        creation.host = hostConfiguration(request)
        return creation
    }

    private func hostConfiguration(_ request: JobRequest) -> HostConfiguration {
        var host = HostConfiguration()
        mount(request.input, at: JobRequest.inputMount, isReadOnly: true, in: &host)
        mount(request.output, at: JobRequest.outputMount, isReadOnly: false, in: &host)
        if let group = settings.user.group { host.additionalGroups = [String(Int.random(in: group))] }
        host.sharedMemory = settings.sharedMemoryMebibytes.map { Int64($0) << 20 }
        let resources = request.resources
        if !settings.ignoreLimits {
            if resources.cpuMillicores > 0 { host.nanoCPUs = Int64(resources.nanoCPUs) }
            if resources.memoryMebibytes > 0 {
                host.memoryReservation = Int64(resources.memoryBytes)
                if settings.hardMemoryLimit { host.memory = Int64(resources.memoryBytes) }
            }
        }
        if resources.gpus > 0 { host.deviceRequests = [.gpus(resources.gpus)] }
        let policy = settings.policy
        if policy.dropsPrivileges {
            host.droppedCapabilities = ["ALL"]
            host.securityOptions = ["no-new-privileges"]
        }
        if policy.hasReadOnlyRoot {
            host.hasReadOnlyRoot = true
            host.temporaryFileSystems = ["/tmp": "rw,exec,mode=1777"]
        }
        host.networkMode = policy.network
        host.pidsLimit = policy.processLimit.map(Int64.init)
        return host
    }

    private func mount(_ path: StoragePath, at target: String, isReadOnly: Bool, in host: inout HostConfiguration) {
        let source = path.below(storageRoot)
        if source.contains(":") {
            // The short form cannot say a colon.
            host.mounts.append(ContainerMount(source: source, target: target, isReadOnly: isReadOnly))
        } else {
            // The short form makes a directory that is missing, as the original does.
            host.binds.append("\(source):\(target):\(isReadOnly ? "ro" : "rw")")
        }
    }
}
