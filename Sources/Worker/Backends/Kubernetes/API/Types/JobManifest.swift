/// The Job that is made for a job. Fields that are nil are left out, so that the cluster's defaults hold.
/// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/#JobSpec
struct JobManifest: Sendable, Encodable {
    struct Metadata: Sendable, Encodable {
        var name: String?
        var labels: [String: String]
        var annotations: [String: String]
    }

    struct Spec: Sendable, Encodable {
        /// No pod is made before somebody says otherwise.
        var suspend = true
        var completions: Int
        var parallelism: Int
        /// A pod that fails fails the Job: nothing is ever run a second time.
        var backoffLimit = 0
        var activeDeadlineSeconds: Int
        var ttlSecondsAfterFinished: Int
        var template: Template
    }

    struct Template: Sendable, Encodable {
        var metadata: Metadata
        var spec: PodManifest
    }

    var apiVersion = "batch/v1"
    var kind = "Job"
    var metadata: Metadata
    var spec: Spec
}

/// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
struct PodManifest: Sendable, Encodable {
    struct Reference: Sendable, Encodable {
        var name: String
    }

    var restartPolicy = "Never"
    /// A job has no business with the cluster's API.
    var automountServiceAccountToken = false
    /// Else the environment would name every service of the namespace.
    var enableServiceLinks = false
    /// Seconds between SIGTERM and SIGKILL when a pod is removed.
    var terminationGracePeriodSeconds = 5
    var nodeSelector: [String: String]?
    var imagePullSecrets: [Reference]?
    var containers: [ContainerManifest]
    var volumes: [VolumeManifest]
}

/// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
struct ContainerManifest: Sendable, Encodable {
    struct Variable: Sendable, Encodable {
        var name: String
        var value: String
    }

    struct Resources: Sendable, Encodable {
        var limits: [String: String]
    }

    struct Mount: Sendable, Encodable {
        var name: String
        var mountPath: String
        var subPath: String?
        var readOnly: Bool?
    }

    struct SecurityContext: Sendable, Encodable {
        struct Capabilities: Sendable, Encodable {
            var drop = ["ALL"]
        }

        var allowPrivilegeEscalation = false
        var capabilities = Capabilities()
        var runAsUser: Int?
        var runAsGroup: Int?
        var readOnlyRootFilesystem: Bool?
    }

    var name: String
    var image: String
    var command: [String]
    var env: [Variable]?
    var resources: Resources?
    var volumeMounts: [Mount]
    var securityContext = SecurityContext()
}

/// https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
struct VolumeManifest: Sendable, Encodable {
    struct Claim: Sendable, Encodable {
        var claimName: String
    }
    struct HostPath: Sendable, Encodable {
        var path: String
        /// It must be there: a directory that the node makes would hold none of the data.
        var type = "Directory"
    }
    struct EmptyDirectory: Sendable, Encodable {
        /// nil: the node's disk.
        var medium: String? = "Memory"
        var sizeLimit: String?
    }

    var name: String
    var persistentVolumeClaim: Claim?
    var hostPath: HostPath?
    var emptyDir: EmptyDirectory?
}

/// What is changed of a Job, and only if it is still the one that was looked at.
struct JobPatch: Sendable, Encodable {
    struct Metadata: Sendable, Encodable {
        var uid: String
        var resourceVersion: String?
        var annotations: [String: String]
    }
    struct Spec: Sendable, Encodable {
        var suspend: Bool
    }

    var metadata: Metadata
    var spec: Spec

    init(_ job: KubernetesJob, suspend: Bool, annotations: [String: String]) {
        metadata = Metadata(
            uid: job.metadata.uid, resourceVersion: job.metadata.resourceVersion, annotations: annotations)
        spec = Spec(suspend: suspend)
    }
}
