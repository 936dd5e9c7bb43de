/// An authority of a test's own, and what it signed: a certificate for `localhost`, and one for a client.
public final class PrivateBrokerCertificates: Sendable {
    private let directory: TemporaryDirectory

    /// Makes them with the `openssl` program.
    public init() async throws {
        directory = try TemporaryDirectory("certificates")
        try await openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority"] + Self.newKey
                + ["-keyout", directory.file("ca.key"), "-out", authorityFile])
        let names = try directory.write("subjectAltName=DNS:localhost\n", to: "extensions")
        try await sign("server", as: "localhost", ["-extfile", names])
        try await sign("client", as: "pman", [])
    }

    /// PEM files.
    public var authorityFile: String { directory.file("ca.pem") }
    public var certificateFile: String { directory.file("server.pem") }
    public var keyFile: String { directory.file("server.key") }
    public var clientCertificateFile: String { directory.file("client.pem") }
    public var clientKeyFile: String { directory.file("client.key") }

    private static let newKey = ["-newkey", "rsa:2048", "-nodes"]

    private func sign(_ file: String, as subject: String, _ options: [String]) async throws {
        let request = directory.file("\(file).csr")
        try await openssl(
            ["req", "-subj", "/CN=\(subject)"] + Self.newKey + [
                "-keyout", directory.file("\(file).key"), "-out", request,
            ])
        try await openssl(
            ["x509", "-req", "-days", "2", "-in", request, "-CA", authorityFile, "-CAkey", directory.file("ca.key")]
                + ["-CAcreateserial", "-out", directory.file("\(file).pem")] + options)
    }

    private func openssl(_ arguments: [String]) async throws {
        try await ManagedProcess.run("openssl", arguments)
    }
}
