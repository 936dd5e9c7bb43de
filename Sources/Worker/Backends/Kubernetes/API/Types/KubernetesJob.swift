import Core

/// A Job, as far as it is looked at.
/// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/
struct KubernetesJob: Sendable, Hashable, Decodable {
    var metadata: KubernetesMetadata
    var isSuspended = false
    var status = KubernetesJobStatus()

    private enum CodingKeys: String, CodingKey { case metadata, spec, status }
    private struct Spec: Decodable {
        var suspend: Bool?
    }

    init(metadata: KubernetesMetadata) { self.metadata = metadata }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        metadata = try values.decode(KubernetesMetadata.self, forKey: .metadata)
        isSuspended = (values.tolerant(.spec) as Spec?)?.suspend ?? false
        status = values.tolerant(.status, or: KubernetesJobStatus())
    }
}

/// What the Job controller says of a Job. All of it may be missing, and conditions come in any order.
struct KubernetesJobStatus: Sendable, Hashable, Decodable {
    var conditions: [KubernetesCondition] = []
    var startTime: String?
    var completionTime: String?
    var active = 0
    var succeeded = 0
    var failed = 0

    private enum CodingKeys: String, CodingKey {
        case conditions, startTime, completionTime, active, succeeded, failed
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        conditions = values.tolerant(.conditions, or: [])
        startTime = values.tolerant(.startTime)
        completionTime = values.tolerant(.completionTime)
        active = values.tolerant(.active, or: 0)
        succeeded = values.tolerant(.succeeded, or: 0)
        failed = values.tolerant(.failed, or: 0)
    }
}

/// One thing that is known of an object; found by its type, never by its place.
struct KubernetesCondition: Sendable, Hashable, Decodable {
    var type = ""
    /// True, False or Unknown.
    var status = ""
    var reason = ""
    var message = ""
    var lastTransitionTime: String?

    private enum CodingKeys: String, CodingKey { case type, status, reason, message, lastTransitionTime }

    init(type: String, status: String = "True", reason: String = "", message: String = "") {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        type = values.tolerant(.type, or: "")
        status = values.tolerant(.status, or: "")
        reason = values.tolerant(.reason, or: "")
        message = values.tolerant(.message, or: "").forMessage(limit: 1000)
        lastTransitionTime = values.tolerant(.lastTransitionTime)
    }
}

extension [KubernetesCondition] {
    /// The condition of a type if it holds.
    func holding(_ type: String) -> KubernetesCondition? { first { $0.type == type && $0.status == "True" } }
    /// The condition of a type if it is said not to hold.
    func denied(_ type: String) -> KubernetesCondition? { first { $0.type == type && $0.status == "False" } }
}
