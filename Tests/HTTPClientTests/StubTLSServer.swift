import Support

/// `openssl s_server -www`: answers every GET with a page about the connection.
final class StubTLSServer: Sendable {
    let url: String
    private let process: ManagedProcess

    init(_ authority: PrivateAuthority, certificate: String = "server", options: [String] = []) async throws {
        let port = try StubSocket.freePort()
        url = "https://127.0.0.1:\(port)"
        process = try ManagedProcess(
            "s_server", program: "openssl",
            arguments: ["s_server", "-accept", "127.0.0.1:\(port)", "-www", "-quiet"]
                + ["-cert", authority.file("\(certificate).pem"), "-key", authority.file("\(certificate).key")]
                + ["-CAfile", authority.certificateFile] + options,
            environment: ["PATH": "/usr/bin:/bin"], logFile: authority.file("\(certificate)-\(port).log"))
        _ = await eventually { StubSocket.answers(port: port) }
    }
}
