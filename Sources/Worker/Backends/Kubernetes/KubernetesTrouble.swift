import Core

/// Sorts what an API server answers into what will never work, what may work later, and a cluster that is away.
enum KubernetesTrouble {
    static func general(_ error: KubernetesError) -> EngineTrouble {
        switch error {
        case .unreachable(let reason), .unclear(let reason): .away("\(reason)")
        case .refused(let refusal) where refusal.status == 401:
            .away(
                "the API server does not accept the worker's credentials (401): look at the token or certificate in "
                    + "the kubeconfig, or at the pod's service account")
        case .refused(let refusal): .transient("\(refusal)")
        case .expired, .malformed: .transient("\(error)")
        }
    }

    static func creating(_ error: KubernetesError) -> EngineTrouble {
        guard case .refused(let refusal) = error else { return general(error) }
        let text = "the cluster refused the Job: \(refusal.message.forMessage(limit: 800))"
        switch refusal.status {
        case 400, 413, 422: return .permanent(text)
        case 403 where refusal.isMissingRight: return general(error)
        case 403 where refusal.message.contains("exceeded quota"):
            return .preparing("queued: quota: \(refusal.message.forMessage(limit: 500))")
        // An admission controller says no to this Job, and will again.
        case 403 where !refusal.message.contains("being terminated"): return .permanent(text)
        case 404:
            return .transient("the namespace of jobs does not exist: \(refusal.message.forMessage(limit: 300))")
        default: return general(error)
        }
    }
}
