import Foundation

/// A certificate authority of the tests' own, with a certificate for 127.0.0.1 and one for a client, by the openssl tool.
final class StubAuthority: Sendable {
    struct Failed: Error { let arguments: [String] }

    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "/authority-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["ca", "other-ca"] {
            try openssl(
                ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                    + ["-subj", "/CN=\(name)", "-keyout", file("\(name).key"), "-out", file("\(name).pem")])
        }
        try sign("server", "subjectAltName=IP:127.0.0.1")
        try sign("elsewhere", "subjectAltName=DNS:elsewhere.example")
        try sign("client", "extendedKeyUsage=clientAuth")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func file(_ name: String) -> String { "\(folder)/\(name)" }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    private func sign(_ name: String, _ extensions: String) throws {
        try extensions.write(toFile: file("\(name).ext"), atomically: true, encoding: .utf8)
        try openssl(
            ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)"]
                + ["-keyout", file("\(name).key"), "-out", file("\(name).csr")])
        try openssl(
            ["x509", "-req", "-in", file("\(name).csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key")]
                + ["-CAcreateserial", "-days", "2", "-extfile", file("\(name).ext"), "-out", file("\(name).pem")])
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(arguments: arguments) }
    }
}
