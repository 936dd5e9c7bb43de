import FoundationEssentials
import HTTPClient
import Program

/// How a cluster's API server is reached, and how this worker proves who it is.
struct ClusterAccess: Sendable {
    var endpoint: HTTPEndpoint
    /// Sent as it is; a token in a file is the endpoint's, and read again for each request.
    var token: String?
    /// Where this came from, for the log.
    var source: String

    /// KUBECFG_PATH, else KUBECONFIG, else the service account of the pod that this worker runs in.
    static func read(
        _ reader: SettingsReader, serviceAccount: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(SettingFailure) -> ClusterAccess {
        for variable in [KubernetesVariables.kubeconfigPath, KubernetesVariables.kubeconfig] {
            if let path = reader.text(variable) { return try kubeconfig(path, variable) }
        }
        guard let host = reader.text(KubernetesVariables.serviceHost) else {
            throw SettingFailure(
                "KUBECONFIG",
                "is needed outside of a cluster: a kubeconfig file (inside, Kubernetes sets "
                    + "KUBERNETES_SERVICE_HOST)")
        }
        let port = try reader.integer(KubernetesVariables.servicePort, in: 1...65_535) ?? 443
        var endpoint = HTTPEndpoint(url: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        endpoint.tls = HTTPEndpoint.TLS(caCertificateFile: serviceAccount + "/ca.crt")
        endpoint.bearerTokenFile = serviceAccount + "/token"
        guard FileManager.default.isReadableFile(atPath: serviceAccount + "/token") else {
            throw SettingFailure(
                "KUBERNETES_SERVICE_HOST",
                "is set, but there is no service account at \(serviceAccount): give the "
                    + "worker's pod a service account with automountServiceAccountToken, or set KUBECONFIG")
        }
        return ClusterAccess(endpoint: endpoint, token: nil, source: "service account")
    }

    private static func kubeconfig(_ path: String, _ variable: Variable) throws(SettingFailure) -> ClusterAccess {
        guard !path.contains(":") else {
            throw SettingFailure(variable.name, "must name one file; several are merged by kubectl only")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingFailure(variable.name, "names a file that cannot be read")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        do throws(Kubeconfig.Problem) {
            let file = try Kubeconfig(yaml: String(decoding: data, as: UTF8.self))
            return try file.access(folder: folder.isEmpty ? "/" : folder)
        } catch {
            throw SettingFailure(variable.name, "names a kubeconfig that cannot be used: \(error)")
        }
    }
}
