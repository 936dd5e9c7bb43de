import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(2)))
struct HTTPClientTLSTests {
    let client: HTTPClient
    let authority: StubAuthority

    init() throws {
        client = try HTTPClient()
        authority = try StubAuthority()
    }

    private func status(_ server: StubTLSServer, _ tls: HTTPEndpoint.TLS?) async throws(HTTPClientError) -> Int {
        var endpoint = HTTPEndpoint(url: server.url)
        endpoint.tls = tls
        return try await client.send(HTTPRequest("GET", "/"), to: endpoint).status
    }

    @Test
    func `a server of our own authority is trusted, and only with that authority`() async throws {
        let server = try await StubTLSServer(authority)
        #expect(try await status(server, .init(caCertificateFile: authority.file("ca.pem"))) == 200)
        for tls in [nil, HTTPEndpoint.TLS(caCertificateFile: authority.file("other-ca.pem"))] {
            let error = await #expect(throws: HTTPClientError.self) { try await status(server, tls) }
            #expect(error?.mayHaveBeenSent == false)
        }
        #expect(try await status(server, .init(verify: false)) == 200)
    }

    @Test
    func `a certificate for another name is refused`() async throws {
        let server = try await StubTLSServer(authority, certificate: "elsewhere")
        let error = await #expect(throws: HTTPClientError.self) {
            try await status(server, .init(caCertificateFile: authority.file("ca.pem")))
        }
        #expect(error?.mayHaveBeenSent == false)
    }

    @Test
    func `a server that wants a client certificate gets it`() async throws {
        let server = try await StubTLSServer(authority, options: ["-Verify", "1", "-verify_return_error"])
        let bare = HTTPEndpoint.TLS(caCertificateFile: authority.file("ca.pem"))
        await #expect(throws: HTTPClientError.self) { try await status(server, bare) }
        var complete = bare
        complete.certificateFile = authority.file("client.pem")
        complete.keyFile = authority.file("client.key")
        #expect(try await status(server, complete) == 200)
        var inMemory = HTTPEndpoint.TLS()
        inMemory.caCertificatePEM = try authority.bytes("ca.pem")
        inMemory.certificatePEM = try authority.bytes("client.pem")
        inMemory.keyPEM = try authority.bytes("client.key")
        #expect(try await status(server, inMemory) == 200)
        inMemory.caCertificatePEM = try authority.bytes("other-ca.pem")
        await #expect(throws: HTTPClientError.self) { try await status(server, inMemory) }
        complete.keyFile = authority.file("missing.key")
        let error = await #expect(throws: HTTPClientError.self) { try await status(server, complete) }
        #expect(error?.mayHaveBeenSent == false)
    }
}
