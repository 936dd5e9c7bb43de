import Core

/// A pod, as far as it is looked at.
/// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
struct KubernetesPod: Sendable, Hashable, Decodable {
    var metadata: KubernetesMetadata
    /// Pending, Running, Succeeded, Failed or Unknown.
    var phase = ""
    /// Why the pod as a whole is as it is: Evicted, …
    var reason = ""
    var message = ""
    var conditions: [KubernetesCondition] = []
    var containers: [KubernetesContainerState] = []

    private enum CodingKeys: String, CodingKey { case metadata, status }
    private struct Status: Decodable {
        var phase: String?
        var reason: String?
        var message: String?
        var conditions: [KubernetesCondition]?
        var containerStatuses: [KubernetesContainerState]?
    }

    init(metadata: KubernetesMetadata) { self.metadata = metadata }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        metadata = try values.decode(KubernetesMetadata.self, forKey: .metadata)
        let status: Status? = values.tolerant(.status)
        phase = status?.phase ?? ""
        reason = status?.reason ?? ""
        message = (status?.message ?? "").forMessage(limit: 1000)
        conditions = status?.conditions ?? []
        containers = status?.containerStatuses ?? []
    }

    /// Whether any program of it has been started, as far as one can see.
    var hasStarted: Bool {
        ["Running", "Succeeded", "Failed"].contains(phase) || containers.contains { $0.hasStarted }
    }
}

/// Where a container is in its life: one of three.
struct KubernetesContainerState: Sendable, Hashable, Decodable {
    enum Phase: Sendable, Hashable {
        case waiting(reason: String, message: String)
        case running(since: String?)
        case terminated(Termination)
    }

    struct Termination: Sendable, Hashable, Decodable {
        var exitCode = 0
        /// Completed, Error, OOMKilled, StartError, …
        var reason: String?
        var message: String?
        var startedAt: String?
        var finishedAt: String?
    }

    var name = ""
    var phase = Phase.waiting(reason: "", message: "")

    var hasStarted: Bool {
        if case .waiting = phase { false } else { true }
    }

    private enum CodingKeys: String, CodingKey { case name, state }
    private struct State: Decodable {
        struct Waiting: Decodable {
            var reason: String?
            var message: String?
        }
        struct Running: Decodable {
            var startedAt: String?
        }
        var waiting: Waiting?
        var running: Running?
        var terminated: Termination?
    }

    init(name: String, _ phase: Phase) {
        self.name = name
        self.phase = phase
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = values.tolerant(.name, or: "")
        let state: State? = values.tolerant(.state)
        if var terminated = state?.terminated {
            terminated.message = terminated.message?.forMessage(limit: 1000)
            phase = .terminated(terminated)
        } else if let running = state?.running {
            phase = .running(since: running.startedAt)
        } else {
            phase = .waiting(
                reason: state?.waiting?.reason ?? "", message: (state?.waiting?.message ?? "").forMessage(limit: 1000))
        }
    }
}
