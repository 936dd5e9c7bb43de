import Core

/// How a pod ended.
struct PodEnd: Sendable, Hashable {
    let isFailure: Bool
    /// Of its program, once it had one.
    let exitCode: Int?
    let finishedAt: String?
    /// What happened, in one line.
    let text: String

    init(_ pod: KubernetesPod) {
        let terminations = pod.containers.compactMap { container in
            if case .terminated(let termination) = container.phase { termination } else { nil }
        }
        let end = terminations.first { $0.exitCode != 0 } ?? terminations.first
        isFailure = pod.phase == "Failed" || end.map { $0.exitCode != 0 } ?? false
        finishedAt = end?.finishedAt
        let disruption = pod.conditions.holding("DisruptionTarget")
        switch end?.reason {
        case nil:
            exitCode = nil
            text = Self.pod(pod, disruption) ?? "its pod failed"
        // What the runtimes call a program that could not be started.
        case "StartError", "ContainerCannotRun":
            exitCode = end?.exitCode
            text = "cannot be started: \(end?.message ?? "") (is the program in the image?)"
        case "ContainerStatusUnknown":
            exitCode = nil
            text = Self.pod(pod, disruption) ?? "its node was lost, and nobody knows how it ended"
        case let reason:
            let code = end?.exitCode ?? 0
            exitCode = code
            var words = "exited (\(code))"
            if reason == "OOMKilled" {
                words += ": out of memory"
            } else if code == 137 {
                words += ": killed"
            }
            if let why = Self.pod(pod, disruption) { words += ": \(why)" }
            text = words
        }
    }

    /// What was done to the pod as a whole: eviction, preemption, a deadline.
    private static func pod(_ pod: KubernetesPod, _ disruption: KubernetesCondition?) -> String? {
        if !pod.reason.isEmpty {
            let word = pod.reason == "Evicted" ? "evicted" : pod.reason.forMessage
            return pod.message.isEmpty ? word : "\(word): \(pod.message)"
        }
        guard let disruption else { return nil }
        return disruption.message.isEmpty ? disruption.reason.forMessage : disruption.message
    }
}
