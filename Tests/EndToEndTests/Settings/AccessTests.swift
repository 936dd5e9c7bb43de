import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct AccessTests {
        private static let digest = "sha256:addb0f5e7826c857d7376d1bd9bc33c0c544790a2eac96144a8af22b1298c940"

        private static func basic(_ name: String) -> [String: String] {
            ["Authorization": "Basic " + Data("\(name):geheim".utf8).base64EncodedString()]
        }

        @Test func `No client has more jobs waiting than it may, and what is sent again is no further one`()
            async throws
        {
            try await withSite { site in
                let directory = try TemporaryDirectory("access")
                let file = try directory.write("one:submit:\(Self.digest)\ntwo:submit:\(Self.digest)\n", to: "who")
                let gateway = try await site.gateway(["AUTH": "file", "AUTH_FILE": file, "MAX_WAITING_JOBS": "2"])
                let http = gateway.api.http
                func post(_ request: JobRequest, as client: String) async throws -> HTTPAnswer {
                    let headers = Self.basic(client).merging(["Content-Type": "application/json"]) { $1 }
                    return try await http.send("POST", "/api/v1/", headers: headers, body: request.json.bytes)
                }
                let requests = [JobRequest(), JobRequest(), JobRequest()]
                #expect(try await post(requests[0], as: "one").status == 201)
                #expect(try await post(requests[1], as: "one").status == 201)
                let refused = try await post(requests[2], as: "one")
                #expect(refused.status == 429)
                #expect(refused.headers["retry-after"] == "30")
                #expect(refused.json["message"].string?.contains("MAX_WAITING_JOBS") == true)
                #expect(try await post(requests[0], as: "one").status == 201)
                #expect(try await post(JobRequest(), as: "two").status == 201)
                let deleted = try await http.send(
                    "DELETE", "/api/v1/\(requests[1].jid)/", headers: Self.basic("one"))
                #expect(deleted.status == 204)
                #expect(try await post(requests[2], as: "one").status == 201)
            }
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
