import Core

/// What an engine passes over without a word, so that a job that asks for it must be refused.
struct EngineTraits: Sendable, Hashable {
    /// Podman's Docker API (seen with 4.3) passes over a request for a GPU.
    var ignoresGPUs = false
    /// A rootless engine on cgroup version 1 passes over CPU and memory limits:
    /// https://docs.podman.io/en/v4.3/markdown/podman-create.1.html (--cpus, --memory)
    var ignoresLimits = false

    /// Podman (seen with 4.3) does not say that a container was killed for want of memory:
    /// https://github.com/containers/podman/issues/17728
    var hidesOutOfMemory = false

    init() {}

    init(_ version: DockerEngineVersion, _ info: DockerEngineInfo) {
        ignoresGPUs = version.isPodman
        hidesOutOfMemory = version.isPodman
        ignoresLimits = info.isRootless && info.cgroupVersion == "1"
    }

    /// Why a job cannot run here; nil when it can.
    func refusal(of resources: Resources, ignoringLimits: Bool) -> String? {
        if ignoresGPUs, resources.gpus > 0 {
            return "the job asks for a GPU, which Podman cannot give through its Docker API: ask for gpu_limit 0, "
                + "or run the job on Docker"
        }
        if ignoresLimits, !ignoringLimits, resources.cpuMillicores > 0 || resources.memoryMebibytes > 0 {
            return "this rootless engine cannot set CPU or memory limits on cgroup version 1: set IGNORE_LIMITS=yes "
                + "for the worker, or run the engine on cgroup version 2 with the cpu and memory controllers delegated "
                + "to its user"
        }
        return nil
    }
}
