import Support
import Testing

extension EndToEnd.Serial {
    @Suite struct EngineFrozenSerial {
        @Test func `With dockerd frozen requests are answered as fast as ever, and jobs say why they wait`()
            async throws
        {
            try await withPrivateDocker { docker in
                try await withSite { site in
                    let gateway = try await site.gateway()
                    _ = try await site.worker(on: docker)
                    let running = try site.shell("echo on; sleep 4; exit 4")
                    #expect(try await gateway.api.post(running).status == 201)
                    try await gateway.api.waitFor(running.jid, status: ["started"])

                    docker.freeze()
                    let waiting = try (0..<10).map { try site.shell("exit \($0)") }
                    var slowest = Duration.zero
                    func timed(_ send: () async throws -> Int, _ wanted: Int) async throws {
                        let began = ContinuousClock.now
                        #expect(try await send() == wanted)
                        slowest = max(slowest, .now - began)
                    }
                    for request in waiting { try await timed({ try await gateway.api.post(request).status }, 201) }
                    for _ in 0..<10 {
                        for request in waiting + [running] {
                            try await timed({ try await gateway.api.get(request.jid).status }, 200)
                        }
                        try await timed({ try await gateway.api.get("unknown").status }, 404)
                    }
                    var last = ""
                    try await eventually(within: .seconds(40), "a job says why it waits", lastSeen: { last }) {
                        try await timed({ try await gateway.api.get(waiting[5].jid).status }, 200)
                        last = try await gateway.api.get(waiting[5].jid).text
                        return last.contains("\"waiting: engine unreachable since ")
                    }
                    // One that was placed already cannot be deleted on its engine now, but it is gone for its client.
                    try await timed({ try await gateway.api.delete(waiting[9].jid).status }, 204)
                    try await timed({ try await gateway.api.get(waiting[9].jid).status }, 404)
                    #expect(slowest < .seconds(1))

                    docker.thaw()
                    for (index, request) in waiting.dropLast().enumerated() {
                        let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(90))
                        #expect(ended["message"].string == "exited (\(index))")
                    }
                    #expect(try await gateway.api.waitForEnd(running.jid)["message"] == "exited (4)")
                    let counts = await docker.starts()
                    #expect(counts.count == 10)
                    #expect(counts.values.allSatisfy { $0 == 1 })
                    try await docker.waitUntilNoContainer(of: waiting[9].jid)
                }
            }
        }
    }
}
