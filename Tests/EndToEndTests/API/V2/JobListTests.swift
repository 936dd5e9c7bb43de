import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct JobListTests {
        private func list(_ gateway: GatewayProcess, _ query: String = "") async throws -> HTTPAnswer {
            try await gateway.api.http.send("GET", "/api/v2/jobs" + query)
        }

        @Test func `Jobs are listed newest first, by filters, in pages that new jobs do not disturb`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                var jids: [String] = []
                for number in 0..<7 {
                    var request = try site.shell("echo needle-\(number)")
                    request.env = ["SECRET=hunter2"]
                    try await gateway.api.submit(request)
                    jids.insert(request.jid, at: 0)
                }
                let worker = try await site.worker(on: docker)
                for jid in jids { try await gateway.api.waitForEnd(jid) }
                try await worker.terminate()
                let first = try await list(gateway, "?limit=3").json
                let late = try site.shell("exit 1")
                try await gateway.api.submit(late)
                var paged = first["jobs"].array?.compactMap { $0["jid"].string } ?? []
                var next = first["next"].string
                while let cursor = next {
                    let page = try await list(gateway, "?limit=3&cursor=\(cursor)").json
                    paged += page["jobs"].array?.compactMap { $0["jid"].string } ?? []
                    next = page["next"].string
                }
                #expect(paged == jids)
                func found(_ query: String) async throws -> Int {
                    try await list(gateway, query).json["jobs"].array?.count ?? -1
                }
                #expect(try await found("") == 8)
                #expect(try await found("?status=notstarted") == 1)
                #expect(try await found("?status=finishedSuccessfully,started") == 7)
                #expect(try await found("?backend=podman") == 8)
                #expect(try await found("?backend=slurm") == 0)
                #expect(try await found("?search=NEEDLE-3") == 1)
                #expect(try await found("?search=100%25") == 0)
                #expect(try await found("?max_age=3600") == 8)
                #expect(try await found("?min_age=3600") == 0)
                #expect(try await found("?engine=nowhere") == 0)
                let one = try await list(gateway, "?search=needle-3").json["jobs"].array?.first
                let engine = try #require(one?["engine"].string)
                #expect(try await found("?engine=\(engine)&status=finishedSuccessfully") == 7)
                let detail = try await gateway.api.http.send("GET", "/api/v2/jobs/podman/\(jids[0])")
                #expect(detail.json["environment"] == ["SECRET"])
                #expect(!detail.text.contains("hunter2"))
            }
        }

        @Test(arguments: [
            ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("status=running", "status"),
            ("status=", "status"), ("backend=moon", "backend"), ("backend=Docker", "backend"),
            ("min_age=-1", "min_age"), ("max_age=1.5", "max_age"), ("cursor=x", "cursor"), ("cursor=", "cursor"),
            ("limit=1&limit=2", "limit"), ("search=\(String(repeating: "x", count: 201))", "search"),
        ])
        func `A value that cannot be used is refused by its name`(query: String, field: String) async throws {
            let plain = try await Services.plain
            let answer = try await plain.api.http.send("GET", "/api/v2/jobs?" + query)
            #expect(answer.status == 400)
            #expect(answer.json["message"][field].string != nil, "\(answer.text)")
        }

        @Test(arguments: [
            ("GET", "/api/v2", 404), ("GET", "/api/v2/nothing", 404), ("GET", "/api/v2/jobs/moon/x", 404),
            ("GET", "/api/v2/jobs/docker/%2e%2e", 404), ("GET", "/api/v2/jobs/docker/never-was", 404),
            ("GET", "/api/v2/jobs/docker/never-was/logs", 404), ("GET", "/api/v2/jobs/docker/never-was/events", 404),
            ("DELETE", "/api/v2/jobs/docker/never-was", 404), ("POST", "/api/v2/jobs", 405),
            ("PUT", "/api/v2/jobs/docker/x", 405), ("GET", "/api/v2/jobs/docker/x/cancel", 405),
            ("GET", "/api/v2/openapi.yaml", 200), ("HEAD", "/api/v2/jobs", 200), ("HEAD", "/api/v2/events", 200),
        ])
        func `Paths and methods`(method: String, path: String, status: Int) async throws {
            let plain = try await Services.plain
            let answer = try await plain.api.http.send(method, path)
            #expect(answer.status == status)
            if status == 405 { #expect(answer.headers["allow"] != nil) }
            if status >= 400, method != "HEAD" { #expect(answer.json["message"].string != nil) }
        }
    }
}
