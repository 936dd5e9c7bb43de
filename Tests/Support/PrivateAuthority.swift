/// A certificate authority of a test's own, by the `openssl` program.
public final class PrivateAuthority: Sendable {
    private let directory: TemporaryDirectory

    public init() async throws {
        directory = try TemporaryDirectory("certificates")
        try await openssl(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority"] + Self.newKey
                + ["-keyout", file("ca.key"), "-out", certificateFile])
    }

    private static let newKey = ["-newkey", "rsa:2048", "-nodes"]

    /// The authority's own certificate, PEM.
    public var certificateFile: String { file("ca.pem") }

    /// The path of something in its folder.
    public func file(_ name: String) -> String { directory.file(name) }

    /// Makes `NAME.key` and `NAME.pem`.
    /// - Parameters:
    ///   - subject: its common name.
    ///   - extensions: a line of openssl's x509v3_config(5).
    ///   - days: how long it holds from now on; with -1 it has expired.
    public func sign(_ name: String, as subject: String, extensions: String, days: Int = 2) async throws {
        try await openssl(
            ["req", "-subj", "/CN=\(subject)"] + Self.newKey
                + ["-keyout", file("\(name).key"), "-out", file("\(name).csr")])
        let extensions = try directory.write(extensions + "\n", to: "\(name).extensions")
        try await openssl([
            "x509", "-req", "-days", "\(days)", "-in", file("\(name).csr"), "-CA", certificateFile, "-CAkey",
            file("ca.key"), "-CAcreateserial", "-extfile", extensions, "-out", file("\(name).pem"),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        try await ManagedProcess.run("openssl", arguments)
    }
}
