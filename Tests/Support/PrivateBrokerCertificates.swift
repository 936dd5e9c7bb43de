/// An authority of a test's own, and what it signed: a certificate for `localhost`, and one for a client.
public final class PrivateBrokerCertificates: Sendable {
    private let authority: PrivateAuthority

    /// Makes them with the `openssl` program.
    /// - Parameter isExpired: the one for `localhost` has expired.
    public init(isExpired: Bool = false) async throws {
        authority = try await PrivateAuthority()
        try await authority.sign(
            "server", as: "localhost", extensions: "subjectAltName=DNS:localhost", days: isExpired ? -1 : 2)
        try await authority.sign("client", as: "pman", extensions: "extendedKeyUsage=clientAuth")
    }

    /// PEM files.
    public var authorityFile: String { authority.certificateFile }
    public var certificateFile: String { authority.file("server.pem") }
    public var keyFile: String { authority.file("server.key") }
    public var clientCertificateFile: String { authority.file("client.pem") }
    public var clientKeyFile: String { authority.file("client.key") }
}
