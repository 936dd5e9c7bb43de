import Core

/// Why a pod's program has not been started yet.
struct PodWaiting: Sendable, Hashable {
    /// In the cluster's words.
    let text: String
    /// Whether it cannot go on by itself: the image cannot be pulled, or the container cannot be made.
    let isStuck: Bool
    /// Whether waiting any longer is of no use at all.
    let isHopeless: Bool

    /// nil when it has been started, or has ended.
    init?(_ pod: KubernetesPod) {
        guard !pod.hasStarted, pod.metadata.deletionTimestamp == nil else { return nil }
        if let condition = pod.conditions.denied("PodScheduled") {
            text = Self.join(condition.reason, condition.message)
            (isStuck, isHopeless) = (false, false)
            return
        }
        for container in pod.containers {
            guard case .waiting(let reason, let message) = container.phase, !reason.isEmpty else { continue }
            isStuck = Self.stuckReasons.contains(reason)
            isHopeless = reason == "InvalidImageName"
            text = isStuck ? Self.join(reason, message) : "\(Self.words[reason] ?? Self.join(reason, message))"
            return
        }
        text = "waiting for a node"
        (isStuck, isHopeless) = (false, false)
    }

    /// The kubelet's words for what it tries again and again; most are in
    /// https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff and
    /// https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
    private static let stuckReasons: Set = [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
        "RegistryUnavailable", "SignatureValidationFailed", "CreateContainerConfigError", "CreateContainerError",
        "RunContainerError",
    ]
    private static let words = [
        "ContainerCreating": "its container is being created", "PodInitializing": "its pod is being initialized",
    ]

    private static func join(_ reason: String, _ message: String) -> String {
        message.isEmpty ? reason.forMessage : "\(reason.forMessage): \(message)"
    }
}
