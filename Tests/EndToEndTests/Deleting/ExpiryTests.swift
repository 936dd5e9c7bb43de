import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct ExpiryTests {
        @Test func `A finished job is forgotten after RETENTION_DAYS when its engine no longer has it`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                // Five seconds.
                let gateway = try await site.gateway(["RETENTION_DAYS": "0.00006"])
                let worker = try await site.worker(on: docker)
                let (kept, gone) = (try site.shell("exit 0"), try site.shell("exit 0"))
                for request in [kept, gone] {
                    #expect(try await gateway.api.post(request).status == 201)
                    try await gateway.api.waitForEnd(request.jid)
                }
                let id = try #require(try await docker.container(of: gone.jid)?["Id"].string)
                #expect(try await docker.api.send("DELETE", "/containers/\(id)").status == 204)
                try await gateway.api.waitUntilGone(gone.jid, within: .seconds(60))
                // This one is older, and its container is still there to be deleted.
                #expect(try await gateway.api.get(kept.jid).json["status"] == "finishedSuccessfully")
                #expect(try await docker.container(of: kept.jid) != nil)
                // It was asked for at least as often as the other one, and its end was told once.
                let ends = worker.log.tail().split(separator: "\n").filter {
                    $0.contains("job ended") && $0.contains(kept.jid)
                }
                #expect(ends.count == 1)
            }
        }
    }
}
