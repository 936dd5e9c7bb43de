import Foundation
import HTTPClient
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct ServerCertificateTests {
        private static func endpoint(_ port: UInt16, authority: PrivateAuthority, client: String? = nil) -> HTTPEndpoint
        {
            var endpoint = HTTPEndpoint(url: "https://localhost:\(port)")
            endpoint.tls = .init(
                caCertificateFile: authority.certificateFile,
                certificateFile: client.map { authority.file("\($0).pem") },
                keyFile: client.map { authority.file("\($0).key") })
            return endpoint
        }

        private static func status(_ http: HTTPClient, _ endpoint: HTTPEndpoint) async throws -> Int {
            var request = HTTPRequest("GET", "/readyz")
            request.freshConnection = true
            return try await http.send(request, to: endpoint).status
        }

        @Test func `The API shows its certificate, and another one when the files change`() async throws {
            try await withSite { site in
                let (first, second) = (try await PrivateAuthority(), try await PrivateAuthority())
                for authority in [first, second] {
                    try await authority.sign("server", as: "localhost", extensions: "subjectAltName=DNS:localhost")
                }
                let shown = try TemporaryDirectory("shown")
                try shown.take("server", of: first)
                let gateway = try await site.idleGateway([
                    "TLS_CERT_FILE": shown.file("server.pem"), "TLS_KEY_FILE": shown.file("server.key"),
                ])
                try await gateway.start(until: .launched)
                let http = try HTTPClient(name: "test")
                let trustsFirst = Self.endpoint(gateway.program.port, authority: first)
                let trustsSecond = Self.endpoint(gateway.program.port, authority: second)
                try await eventually("the API answers over TLS", lastSeen: { gateway.program.log.tail() }) {
                    try await Self.status(http, trustsFirst) == 200
                }
                await #expect(throws: HTTPClientError.self) { try await Self.status(http, trustsSecond) }
                // Half a change is none: the key does not fit.
                try FileManager.default.removeItem(atPath: shown.file("server.pem"))
                try FileManager.default.copyItem(atPath: second.file("server.pem"), toPath: shown.file("server.pem"))
                try await eventually("the gateway says so") {
                    gateway.program.log.tail().contains("cannot be read again")
                }
                #expect(try await Self.status(http, trustsFirst) == 200)
                try FileManager.default.removeItem(atPath: shown.file("server.key"))
                try FileManager.default.copyItem(atPath: second.file("server.key"), toPath: shown.file("server.key"))
                try await eventually("the new certificate is shown") {
                    try await Self.status(http, trustsSecond) == 200
                }
            }
        }

        @Test func `With TLS_CLIENT_CA_FILE a client must show a certificate`() async throws {
            try await withSite { site in
                let authority = try await PrivateAuthority()
                try await authority.sign("server", as: "localhost", extensions: "subjectAltName=DNS:localhost")
                try await authority.sign("client", as: "pfcon", extensions: "extendedKeyUsage=clientAuth")
                let gateway = try await site.idleGateway([
                    "TLS_CERT_FILE": authority.file("server.pem"), "TLS_KEY_FILE": authority.file("server.key"),
                    "TLS_CLIENT_CA_FILE": authority.certificateFile,
                ])
                try await gateway.start(until: .launched)
                let http = try HTTPClient(name: "test")
                let port = gateway.program.port
                try await eventually("the API answers", lastSeen: { gateway.program.log.tail() }) {
                    try await Self.status(http, Self.endpoint(port, authority: authority, client: "client")) == 200
                }
                await #expect(throws: HTTPClientError.self) {
                    try await Self.status(http, Self.endpoint(port, authority: authority))
                }
            }
        }
    }
}

extension TemporaryDirectory {
    fileprivate func take(_ name: String, of authority: PrivateAuthority) throws {
        for end in ["pem", "key"] {
            try FileManager.default.copyItem(atPath: authority.file("\(name).\(end)"), toPath: file("\(name).\(end)"))
        }
    }
}
