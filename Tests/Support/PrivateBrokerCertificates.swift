/// An authority of a test's own, and a certificate for `localhost` that it signed.
public final class PrivateBrokerCertificates: Sendable {
    private let directory: TemporaryDirectory

    /// Makes them with the `openssl` program.
    public init() async throws {
        directory = try TemporaryDirectory("certificates")
        let key = ["-newkey", "rsa:2048", "-nodes"]
        try await openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority"] + key
                + ["-keyout", directory.file("ca.key"), "-out", authorityFile])
        try await openssl(
            ["req", "-subj", "/CN=localhost"] + key + ["-keyout", keyFile, "-out", directory.file("server.csr")])
        let extensions = try directory.write("subjectAltName=DNS:localhost\n", to: "extensions")
        try await openssl([
            "x509", "-req", "-days", "2", "-in", directory.file("server.csr"), "-CA", authorityFile, "-CAkey",
            directory.file("ca.key"), "-CAcreateserial", "-extfile", extensions, "-out", certificateFile,
        ])
    }

    /// PEM files.
    public var authorityFile: String { directory.file("ca.pem") }
    public var certificateFile: String { directory.file("server.pem") }
    public var keyFile: String { directory.file("server.key") }

    private func openssl(_ arguments: [String]) async throws {
        try await ManagedProcess.run("openssl", arguments)
    }
}
