import Foundation

/// `openssl s_server -www`: answers every GET with a page about the connection.
final class StubTLSServer: @unchecked Sendable {
    let url: String
    private let process = Process()

    init(_ authority: StubAuthority, certificate: String = "server", options: [String] = []) async throws {
        let port = try StubSocket.freePort()
        url = "https://127.0.0.1:\(port)"
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:\(port)", "-www", "-quiet"]
            + ["-cert", authority.file("\(certificate).pem"), "-key", authority.file("\(certificate).key")]
            + ["-CAfile", authority.file("ca.pem")] + options
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        _ = await eventually { StubSocket.answers(port: port) }
    }

    deinit { process.terminate() }
}
