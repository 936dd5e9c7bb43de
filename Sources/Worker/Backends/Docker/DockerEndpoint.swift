import HTTPClient
import Program

/// Docker's own variables for where the engine is.
enum DockerEndpoint {
    static func read(_ reader: SettingsReader) throws(SettingFailure) -> HTTPEndpoint {
        let text = reader.text(WorkerVariables.dockerHost) ?? ""
        let tls = reader.text(WorkerVariables.dockerTLSVerify) != nil
        // The README's line for Podman gives a bare path.
        if text.hasPrefix("/") { return HTTPEndpoint(unixSocket: text) }
        guard let separator = text.firstRange(of: "://") else { throw malformed }
        let rest = String(text[separator.upperBound...])
        switch text[..<separator.lowerBound] {
        case "unix":
            guard rest.hasPrefix("/") else { throw malformed }
            return HTTPEndpoint(unixSocket: rest)
        case "tcp": return endpoint(tls ? "https" : "http", rest, tls: tls, reader)
        case "http": return endpoint("http", rest, tls: false, reader)
        case "https": return endpoint("https", rest, tls: true, reader)
        default: throw malformed
        }
    }

    private static let malformed = SettingFailure(
        "DOCKER_HOST", "must be unix:///path, /path, tcp://host:port or http(s)://host:port")

    private static func endpoint(
        _ scheme: String, _ rest: String, tls: Bool, _ reader: SettingsReader
    ) -> HTTPEndpoint {
        var rest = rest
        while rest.hasSuffix("/") { rest.removeLast() }
        var endpoint = HTTPEndpoint(url: "\(scheme)://\(rest)")
        if tls {
            let directory =
                reader.text(WorkerVariables.dockerCertPath)
                ?? reader.text(WorkerVariables.home).map { $0 + "/.docker" } ?? "/root/.docker"
            endpoint.tls = HTTPEndpoint.TLS(
                caCertificateFile: directory + "/ca.pem", certificateFile: directory + "/cert.pem",
                keyFile: directory + "/key.pem", verify: true)
        }
        return endpoint
    }
}
