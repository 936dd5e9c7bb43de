import Foundation

/// A port on which a `PrivateDocker` listens for clients with a certificate, and the certificates of both sides.
public final class PrivateDockerTLS: Sendable {
    public let port: UInt16
    /// For DOCKER_CERT_PATH: `ca.pem`, `cert.pem` and `key.pem` of a client.
    public let clientDirectory: String
    private let authority: PrivateAuthority

    public init() async throws {
        port = try FreePort.pick()
        authority = try await PrivateAuthority()
        try await authority.sign("server", as: "localhost", extensions: "subjectAltName=DNS:localhost,IP:127.0.0.1")
        try await authority.sign("client", as: "pman", extensions: "extendedKeyUsage=clientAuth")
        clientDirectory = authority.file("client")
        try FileManager.default.createDirectory(atPath: clientDirectory, withIntermediateDirectories: false)
        for (source, name) in [("ca.pem", "ca.pem"), ("client.pem", "cert.pem"), ("client.key", "key.pem")] {
            try FileManager.default.copyItem(atPath: authority.file(source), toPath: "\(clientDirectory)/\(name)")
        }
    }

    /// For DOCKER_HOST.
    public var dockerHost: String { "tcp://localhost:\(port)" }

    /// The words before a command that gets the listening socket as systemd hands it over (sd_listen_fds(3)): dockerd is
    /// in a network namespace of its own, and the socket stays in the one in which it was made.
    var listening: [String] {
        let script = """
            import os, socket, sys
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", int(sys.argv[1])))
            listener.listen(64)
            os.dup2(listener.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execvp(sys.argv[2], sys.argv[2:])
            """
        return ["python3", "-c", script, String(port)]
    }

    var arguments: [String] {
        [
            "-H", "fd://", "--tlsverify", "--tlscacert", authority.certificateFile, "--tlscert",
            authority.file("server.pem"), "--tlskey", authority.file("server.key"),
        ]
    }
}
