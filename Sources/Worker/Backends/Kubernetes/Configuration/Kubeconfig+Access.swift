import Core
import FoundationEssentials
import HTTPClient

extension Kubeconfig {
    /// - Parameter folder: of the file; relative paths in it begin there.
    func access(folder: String) throws(Problem) -> ClusterAccess {
        let (cluster, user) = try selected()
        var endpoint = HTTPEndpoint(url: cluster.server)
        guard cluster.server.hasPrefix("https://") || cluster.server.hasPrefix("http://") else {
            throw Problem("its cluster's server must be an http(s) URL")
        }
        if cluster.proxy?.isEmpty == false { throw Problem("proxy-url is not supported") }
        if cluster.serverName?.isEmpty == false { throw Problem("tls-server-name is not supported") }
        if user?.hasPlugin == true {
            throw Problem(
                "its user needs an exec or auth-provider plugin, which is not supported: use a token, a tokenFile or a "
                    + "client certificate (kubectl create token SERVICEACCOUNT makes a token)")
        }
        if user?.username != nil { throw Problem("user names with passwords are not supported: use a token") }
        if user?.impersonates != nil { throw Problem("impersonation (as) is not supported") }
        func path(_ text: String?) -> String? {
            guard let text, !text.isEmpty else { return nil }
            return text.hasPrefix("/") ? text : folder + "/" + text
        }
        if cluster.server.hasPrefix("https://") {
            var tls = HTTPEndpoint.TLS(verify: cluster.skipsVerification != true)
            tls.caCertificatePEM = try Self.decoded(cluster.caData, "certificate-authority-data")
            tls.caCertificateFile = path(cluster.caFile)
            tls.certificatePEM = try Self.decoded(user?.certificateData, "client-certificate-data")
            tls.certificateFile = path(user?.certificateFile)
            tls.keyPEM = try Self.decoded(user?.keyData, "client-key-data")
            tls.keyFile = path(user?.keyFile)
            endpoint.tls = tls
        }
        // kubectl takes tokenFile first as well.
        endpoint.bearerTokenFile = path(user?.tokenFile)
        var token = endpoint.bearerTokenFile == nil ? user?.token : nil
        if token?.isEmpty == true { token = nil }
        guard token?.utf8.allSatisfy({ (33...126).contains($0) }) ?? true else {
            throw Problem("its token has characters that a token cannot have")
        }
        return ClusterAccess(endpoint: endpoint, token: token, source: "kubeconfig")
    }

    private static func decoded(_ text: String?, _ field: String) throws(Problem) -> [UInt8]? {
        guard let text, !text.isEmpty else { return nil }
        guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else {
            throw Problem("\(field) is not base64")
        }
        return Array(data)
    }
}
