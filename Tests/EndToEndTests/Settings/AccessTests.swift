import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct AccessTests {
        private static let digest = "sha256:addb0f5e7826c857d7376d1bd9bc33c0c544790a2eac96144a8af22b1298c940"

        private static func basic(_ name: String) -> [String: String] {
            ["Authorization": "Basic " + Data("\(name):geheim".utf8).base64EncodedString()]
        }

        @Test func `With AUTH=file a client may do what its role says, and health is open`() async throws {
            try await withSite { site in
                let directory = try TemporaryDirectory("access")
                let file = try directory.write("reader:read:\(Self.digest)\npfcon:submit:\(Self.digest)\n", to: "who")
                let gateway = try await site.gateway(["AUTH": "file", "AUTH_FILE": file])
                let http = gateway.api.http
                #expect(try await http.send("GET", "/healthz").status == 200)
                let refused = try await http.send("GET", "/api/v1/")
                #expect(refused.status == 401)
                #expect(refused.headers["www-authenticate"]?.hasPrefix("Basic") == true)
                #expect(try await http.send("GET", "/api/v1/", headers: Self.basic("reader")).status == 200)
                #expect(
                    try await http.send("GET", "/api/v1/", headers: ["Authorization": "Bearer geheim"]).status == 200)
                #expect(
                    try await http.send("GET", "/api/v1/", headers: ["Authorization": "Bearer Geheim"]).status == 401)
                let request = JobRequest()
                var headers = ["Content-Type": "application/json"]
                headers.merge(Self.basic("reader")) { $1 }
                let forbidden = try await http.send("POST", "/api/v1/", headers: headers, body: request.json.bytes)
                #expect(forbidden.status == 403)
                #expect(forbidden.json["message"].string?.contains("submit") == true)
                headers.merge(Self.basic("pfcon")) { $1 }
                #expect(
                    try await http.send("POST", "/api/v1/", headers: headers, body: request.json.bytes).status == 201)
                headers["Origin"] = "http://elsewhere.example"
                #expect(
                    try await http.send("POST", "/api/v1/", headers: headers, body: request.json.bytes).status == 403)
            }
        }
    }
}
