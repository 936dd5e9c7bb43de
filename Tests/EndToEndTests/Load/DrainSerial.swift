import Support
import Testing

extension EndToEnd.Serial {
    @Suite struct DrainSerial {
        @Test func `SIGTERM in the middle of it: exit 0, nothing lost, running jobs run on`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker)
                let long = try site.shell("sleep 25; exit 8")
                #expect(try await gateway.api.post(long).status == 201)
                try await gateway.api.waitFor(long.jid, status: ["started"])
                let requests = try (0..<Scale.count(100)).map { try site.shell("exit \($0 % 4)") }
                async let posting: Void = forEachTogether(requests, width: 16) {
                    try await gateway.api.submit($0, within: Scale.time(.seconds(90)))
                }
                for request in requests.prefix(5) {
                    try await eventually("it runs") {
                        try await gateway.api.get(request.jid).json["status"].string?.hasPrefix("finished") == true
                    }
                }

                #expect(try await worker.terminate(within: .seconds(20)) == .exited(0))
                #expect(try await gateway.terminate(within: .seconds(20)) == .exited(0))
                #expect(try await docker.inspect(long.jid)["State"]["Running"] == true)

                try await gateway.start()
                try await worker.start()
                try await posting
                for (index, request) in requests.enumerated() {
                    let ended = try await gateway.api.waitForEnd(request.jid, within: Scale.time(.seconds(120)))
                    #expect(ended["message"].string == "exited (\(index % 4))")
                }
                #expect(try await gateway.api.waitForEnd(long.jid)["message"] == "exited (8)")
                let ours = try await site.containers(on: docker).compactMap { $0["Labels"][Labels.submission].string }
                let counts = await docker.starts()
                #expect(ours.count == requests.count + 1)
                #expect(ours.allSatisfy { counts[$0] == 1 })
            }
        }
    }
}
