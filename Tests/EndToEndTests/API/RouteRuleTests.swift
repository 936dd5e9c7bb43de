import Support
import Testing

extension EndToEnd {
    /// Which paths and methods there are, and whose jobs they reach.
    @Suite(.machine(.shared)) struct RouteRuleTests {
        static let table: [(method: String, path: String, status: Int)] = [
            ("GET", "/api/v1/", 200), ("GET", "/api/v1", 200), ("HEAD", "/api/v1/", 200), ("GET", "/api/v1/?a=b", 200),
            ("GET", "/docker/api/v1/", 200), ("GET", "/kubernetes/api/v1", 200), ("GET", "/api/v1/nobody/", 404),
            ("GET", "/api/v1/nobody", 404), ("HEAD", "/api/v1/nobody/", 404), ("DELETE", "/api/v1/nobody/", 404),
            ("DELETE", "/api/v1/nobody", 404), ("GET", "/docker/api/v1/nobody/", 404), ("GET", "/", 200),
            ("HEAD", "/", 200), ("POST", "/", 405), ("GET", "/page/main.js", 200), ("GET", "/page/nothing.js", 404),
            ("GET", "/api", 404), ("GET", "/api/", 404), ("GET", "/api/v2/nothing/", 404), ("GET", "/API/v1/", 404),
            ("GET", "/api/v1/a/b/", 404), ("GET", "/lxc/api/v1/", 404), ("POST", "/lxc/api/v1/", 404),
            ("GET", "/docker/docker/api/v1/", 404), ("GET", "/api/v1/%2e%2e/", 404), ("GET", "/api/v1/../v1/", 404),
            ("GET", "/api/v1/%00/", 404), ("GET", "/api/v1/%zz/", 404), ("GET", "/api/v1/%ff/", 404),
            ("GET", "/api/v1/a%2Fb/", 404), ("DELETE", "/api/v1/*/", 404), ("DELETE", "/api/v1/%20/", 404),
            ("PUT", "/api/v1/", 405), ("PATCH", "/api/v1/", 405), ("DELETE", "/api/v1/", 405),
            ("OPTIONS", "/api/v1/", 405), ("TRACE", "/api/v1/", 405),
            ("POST", "/api/v1/nobody/", 405), ("PUT", "/api/v1/nobody/", 405), ("PATCH", "/api/v1/nobody", 405),
            ("OPTIONS", "/api/v1/nobody/", 405), ("POST", "/healthz", 405), ("DELETE", "/readyz", 405),
            ("GET", "/healthz", 200), ("GET", "/readyz", 200), ("GET", "/healthz/", 200),
        ]

        @Test func `Each path and method gets its status, and an error says what is wrong`() async throws {
            let http = try await Services.plain.api.http
            for row in Self.table {
                let answer = try await http.send(row.method, row.path)
                #expect(answer.status == row.status, "\(row.method) \(row.path): \(answer.text)")
                if row.method == "HEAD" {
                    #expect(answer.body.isEmpty)
                } else if row.status >= 400 {
                    #expect(
                        answer.json["message"].string?.isEmpty == false, "\(row.method) \(row.path): \(answer.text)")
                    #expect(answer.headers["content-type"] == "application/json")
                }
                if row.status == 405 { #expect(answer.headers["allow"]?.contains("GET") == true) }
            }
        }

        @Test func `Only a job's whole name reaches it`() async throws {
            let plain = try await Services.plain
            let request = try plain.site.shell("sleep 600")
            #expect(try await plain.api.post(request).status == 201)
            try await plain.api.waitFor(request.jid, status: ["started"])
            let inspection = try await plain.docker.inspect(request.jid)
            let id = try #require(inspection["Id"].string)
            let name = try #require(inspection["Name"].string).dropFirst()
            let others = [
                String(request.jid.dropLast()), String(request.jid.prefix(5)), request.jid.uppercased(),
                request.jid + "-",
                request.jid + ".", id, String(id.prefix(12)), String(name), "\(request.jid)*",
            ]
            for other in others {
                #expect(try await plain.api.get(other).status == 404)
                #expect(try await plain.api.delete(other).status == 404)
            }
            let other = PmanAPI(plain.api.http, backend: "swarm")
            #expect(try await other.get(request.jid).status == 404)
            #expect(try await other.delete(request.jid).status == 404)
            let ways = ["/api/v1/\(request.jid)", "/docker/api/v1/\(request.jid)/", "/api/v1/\(request.jid)/?a=b"]
            for way in ways { #expect(try await plain.api.http.send("GET", way).json["jid"].string == request.jid) }
            let head = try await plain.api.http.send("HEAD", ways[0])
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(try await plain.api.http.send("DELETE", ways[0]).status == 204)
            try await plain.docker.waitUntilNoContainer(of: request.jid)
        }
    }
}
