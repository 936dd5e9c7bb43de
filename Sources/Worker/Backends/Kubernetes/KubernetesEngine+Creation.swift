import Core

extension KubernetesEngine {
    /// The Job for a job, as the original makes it, but held.
    func manifest(named name: String, _ submission: SubmissionID, _ request: JobRequest) -> JobManifest {
        let labels = KubernetesMarks.selector(submission, installation: installation)
        let annotations = JobLabels.make(submission, request.resources, installation: installation)
        let workers = request.resources.workers
        return JobManifest(
            metadata: .init(name: name, labels: labels, annotations: annotations),
            spec: .init(
                completions: workers, parallelism: workers, activeDeadlineSeconds: cluster.deadline,
                ttlSecondsAfterFinished: cluster.timeToLive,
                template: .init(
                    metadata: .init(labels: settings.labels.merging(labels) { $1 }, annotations: annotations),
                    spec: pod(request))))
    }

    private func pod(_ request: JobRequest) -> PodManifest {
        var storage = VolumeManifest(name: Self.storageVolume)
        switch cluster.storage {
        case .claim(let name): storage.persistentVolumeClaim = .init(claimName: name)
        case .hostPath(let path): storage.hostPath = .init(path: path)
        }
        let memory = VolumeManifest(
            name: Self.memoryVolume,
            emptyDir: .init(sizeLimit: settings.sharedMemoryMebibytes.map { "\($0)Mi" }))
        var pod = PodManifest(containers: [container(request)], volumes: [storage, memory])
        if settings.policy.hasReadOnlyRoot {
            pod.volumes.append(VolumeManifest(name: Self.temporaryVolume, emptyDir: .init(medium: nil)))
        }
        if !cluster.nodeSelector.isEmpty { pod.nodeSelector = cluster.nodeSelector }
        if !cluster.imagePullSecrets.isEmpty { pod.imagePullSecrets = cluster.imagePullSecrets.map { .init(name: $0) } }
        return pod
    }

    private static let storageVolume = "storebase"
    private static let memoryVolume = "shm"
    private static let temporaryVolume = "tmp"

    private func container(_ request: JobRequest) -> ContainerManifest {
        var container = ContainerManifest(
            name: Self.containerName, image: request.image.text, command: request.command.map(Self.escaped),
            volumeMounts: [
                .init(
                    name: Self.storageVolume, mountPath: JobRequest.inputMount, subPath: request.input.text,
                    readOnly: true),
                .init(name: Self.storageVolume, mountPath: JobRequest.outputMount, subPath: request.output.text),
                .init(name: Self.memoryVolume, mountPath: "/dev/shm"),
            ])
        container.securityContext.runAsUser = settings.user.user.map { Int.random(in: $0) }
        container.securityContext.runAsGroup = settings.user.group.map { Int.random(in: $0) }
        if settings.policy.hasReadOnlyRoot {
            container.securityContext.readOnlyRootFilesystem = true
            container.volumeMounts.append(.init(name: Self.temporaryVolume, mountPath: "/tmp"))
        }
        let environment = environment(request)
        if !environment.isEmpty { container.env = environment }
        let limits = limits(request.resources)
        if !limits.isEmpty { container.resources = .init(limits: limits) }
        return container
    }

    static let containerName = "job"

    private func limits(_ resources: Resources) -> [String: String] {
        var limits: [String: String] = [:]
        if !settings.ignoreLimits {
            if resources.memoryMebibytes > 0 { limits["memory"] = "\(resources.memoryMebibytes)Mi" }
            if resources.cpuMillicores > 0 { limits["cpu"] = "\(resources.cpuMillicores)m" }
        }
        if resources.gpus > 0 { limits["nvidia.com/gpu"] = "\(resources.gpus)" }
        return limits
    }

    private func environment(_ request: JobRequest) -> [ContainerManifest.Variable] {
        // Of a name that is given twice the last value counts, as in a container of Docker's.
        var values: [(name: String, value: String)] = []
        func set(_ name: String, _ value: String) {
            values.removeAll { $0.name == name }
            values.append((name, value))
        }
        if request.resources.gpus > 0 {
            set("NVIDIA_VISIBLE_DEVICES", "all")
            set("NVIDIA_DRIVER_CAPABILITIES", "compute,utility")
            set("NVIDIA_REQUIRE_CUDA", "cuda>=9.0")
        }
        if settings.homeWorkaround { set("HOME", "/tmp") }
        for entry in request.environment {
            set(String(entry.key), String(entry.text.utf8.dropFirst(entry.key.utf8.count + 1)) ?? "")
        }
        return values.map { .init(name: $0.name, value: Self.escaped($0.value)) }
    }

    /// Kubernetes replaces `$(NAME)` in commands and values, and takes `$$` for `$`:
    /// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#entrypoint
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "$" { escaped.unicodeScalars.append("$") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
