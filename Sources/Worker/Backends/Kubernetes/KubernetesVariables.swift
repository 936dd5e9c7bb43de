import Program

/// What the Kubernetes and OpenShift backend reads from its environment.
enum KubernetesVariables {
    static let namespace = Variable("JOB_NAMESPACE", default: "default", "the namespace of jobs; with kubernetes")
    static let project = Variable(
        "OPENSHIFTMGR_PROJECT", default: "myproject", "the project (namespace) of jobs; with openshift")
    static let kubeconfigPath = Variable("KUBECFG_PATH", "a kubeconfig file; goes before KUBECONFIG")
    static let kubeconfig = Variable(
        "KUBECONFIG", "a kubeconfig file (default: the service account of the pod that the worker runs in)")
    static let nodeSelector = Variable("NODE_SELECTOR", "key=value,key=value: labels of the nodes that run jobs")
    static let imagePullSecrets = Variable("IMAGE_PULL_SECRETS", "names of secrets for registries, comma-separated")
    static let timeToLive = Variable(
        "KUBERNETES_TTL_SECONDS", default: "86400", "how long the cluster keeps a Job that has finished")
    static let deadline = Variable(
        "KUBERNETES_DEADLINE_SECONDS", default: "604800", "how long a job may run before the cluster ends it")
    static let imageDeadline = Variable(
        "KUBERNETES_IMAGE_DEADLINE_SECONDS", default: "600",
        "how long a job waits for an image that cannot be pulled, or a container that cannot be made, before it ends; "
            + "0: for ever")
    static let allowHostPath = Variable(
        "KUBERNETES_ALLOW_HOST_PATH", default: "no", "yes: STORAGE_TYPE=host is allowed; every node must have STOREBASE"
    )
    static let serviceHost = Variable("KUBERNETES_SERVICE_HOST", "set by Kubernetes in a pod: the API server's address")
    static let servicePort = Variable("KUBERNETES_SERVICE_PORT", default: "443", "set by Kubernetes in a pod")

    static let all = [
        namespace, project, kubeconfigPath, kubeconfig, nodeSelector, imagePullSecrets, timeToLive, deadline,
        imageDeadline, allowHostPath, serviceHost, servicePort,
    ]
}
