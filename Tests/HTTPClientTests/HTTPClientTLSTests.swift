import Foundation
import HTTPClient
import Support
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HTTPClientTLSTests {
    let client: HTTPClient
    let authority: PrivateAuthority
    let other: PrivateAuthority

    init() async throws {
        client = try HTTPClient()
        authority = try await PrivateAuthority()
        other = try await PrivateAuthority()
        try await authority.sign("server", as: "server", extensions: "subjectAltName=IP:127.0.0.1")
        try await authority.sign("elsewhere", as: "elsewhere", extensions: "subjectAltName=DNS:elsewhere.example")
        try await authority.sign("client", as: "client", extensions: "extendedKeyUsage=clientAuth")
    }

    private func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    private func status(_ server: StubTLSServer, _ tls: HTTPEndpoint.TLS?) async throws(HTTPClientError) -> Int {
        var endpoint = HTTPEndpoint(url: server.url)
        endpoint.tls = tls
        return try await client.send(HTTPRequest("GET", "/"), to: endpoint).status
    }

    @Test
    func `a server of our own authority is trusted, and only with that authority`() async throws {
        let server = try await StubTLSServer(authority)
        #expect(try await status(server, .init(caCertificateFile: authority.certificateFile)) == 200)
        for tls in [nil, HTTPEndpoint.TLS(caCertificateFile: other.certificateFile)] {
            let error = await #expect(throws: HTTPClientError.self) { try await status(server, tls) }
            #expect(error?.mayHaveBeenSent == false)
        }
        #expect(try await status(server, .init(verify: false)) == 200)
    }

    @Test
    func `a certificate for another name is refused`() async throws {
        let server = try await StubTLSServer(authority, certificate: "elsewhere")
        let error = await #expect(throws: HTTPClientError.self) {
            try await status(server, .init(caCertificateFile: authority.certificateFile))
        }
        #expect(error?.mayHaveBeenSent == false)
    }

    @Test
    func `a server that wants a client certificate gets it`() async throws {
        let server = try await StubTLSServer(authority, options: ["-Verify", "1", "-verify_return_error"])
        let bare = HTTPEndpoint.TLS(caCertificateFile: authority.certificateFile)
        await #expect(throws: HTTPClientError.self) { try await status(server, bare) }
        var complete = bare
        complete.certificateFile = authority.file("client.pem")
        complete.keyFile = authority.file("client.key")
        #expect(try await status(server, complete) == 200)
        var inMemory = HTTPEndpoint.TLS()
        inMemory.caCertificatePEM = try bytes(authority.certificateFile)
        inMemory.certificatePEM = try bytes(authority.file("client.pem"))
        inMemory.keyPEM = try bytes(authority.file("client.key"))
        #expect(try await status(server, inMemory) == 200)
        inMemory.caCertificatePEM = try bytes(other.certificateFile)
        await #expect(throws: HTTPClientError.self) { try await status(server, inMemory) }
        complete.keyFile = authority.file("missing.key")
        let error = await #expect(throws: HTTPClientError.self) { try await status(server, complete) }
        #expect(error?.mayHaveBeenSent == false)
    }
}
