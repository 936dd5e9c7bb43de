import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct ExpiryTests {
        @Test func `It is forgotten after DELETED_KEPT that a job was deleted, and its id runs again on every gateway`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateways = [
                    try await site.gateway(["DELETED_KEPT": "2s"]), try await site.gateway(["DELETED_KEPT": "2s"]),
                ]
                _ = try await site.worker(on: docker)
                let request = try site.shell("exit 5")
                for round in 1...2 {
                    let end = gateways[0].log.end
                    try await gateways[round % 2].api.submit(request)
                    for gateway in gateways {
                        #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (5)")
                    }
                    #expect(try await gateways[0].api.delete(request.jid).status == 204)
                    // The first one leads: it was there first.
                    try await gateways[0].program.process?.waitForLine(
                        containing: "what was deleted long ago is forgotten", from: end, within: .seconds(60))
                    try await gateways[1].api.waitUntilGone(request.jid, within: .seconds(10))
                }
                try await eventually("nothing is left") { try await site.containers(on: docker).isEmpty }
            }
        }

        /// The log is lost while a gateway sleeps, and with it all memory of what was deleted meanwhile.
        @Test func `A gateway that slept for longer than DELETED_KEPT brings no waiting job back`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway(["DELETED_KEPT": "10s"])
                let sleeper = try await site.gateway(["DELETED_KEPT": "10s"])
                let (deleted, kept) = (JobRequest(), JobRequest())
                for request in [deleted, kept] {
                    try await gateway.api.submit(request)
                    #expect(try await sleeper.api.get(request.jid).status == 200)
                }
                try await sleeper.terminate()
                let end = gateway.log.end
                #expect(try await gateway.api.delete(deleted.jid).status == 204)
                try await gateway.program.process?.waitForLine(
                    containing: "what was deleted long ago is forgotten", from: end, within: .seconds(60))
                try await site.broker.control("delete_queue", site.prefix + "results")
                try await gateway.program.process?.waitForLine(
                    containing: "records that the log had lost were appended again", within: .seconds(90))
                try await sleeper.start()
                for each in [gateway, sleeper] {
                    #expect(try await each.api.get(kept.jid).json["status"] == "notstarted")
                    #expect(try await each.api.get(deleted.jid).status == 404)
                }
                #expect(sleeper.log.tail().contains("a job that waited is left out"))
            }
        }

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
