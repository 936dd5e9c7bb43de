import Support
import Testing

extension EndToEnd {
    /// Programs that are killed while jobs are deleted.
    @Suite(.machine(.shared)) struct DeleteFailureTests {
        enum Moment: String, CaseIterable, Sendable {
            case beforeTheEngineIsAsked, beforeItsAnswerIsRead

            var kept: RelayHold.Kept { self == .beforeTheEngineIsAsked ? .request : .answer }
        }

        @Test(arguments: Moment.allCases)
        func `A worker is killed while it removes a running job`(_ moment: Moment) async throws {
            let docker = try await Services.docker
            let relay = try Relay(to: .unix(path: docker.socketPath))
            defer { relay.stop() }
            try await withSite { site in
                let gateways = [try await site.gateway(), try await site.gateway()]
                let worker = try await site.worker(on: docker, ["DOCKER_HOST": relay.dockerHost])
                let request = try site.shell("sleep 600")
                #expect(try await gateways[0].api.post(request).status == 201)
                try await gateways[1].api.waitFor(request.jid, status: ["started"])

                let removal = relay.hold(moment.kept) { $0.hasPrefix("DELETE ") && $0.contains("/containers/") }
                #expect(try await gateways[1].api.delete(request.jid).status == 204)
                try await removal.waitUntilReached()
                try await worker.kill()
                _ = try await site.worker(on: docker)
                try await docker.waitUntilNoContainer(of: request.jid, within: .seconds(60))
                // What the killed worker asked for comes when it is done already.
                removal.release()
                for gateway in gateways { #expect(try await gateway.api.get(request.jid).status == 404) }
            }
        }

        @Test(arguments: [0, 1])
        func `A gateway is killed as soon as it has answered a DELETE`(_ victim: Int) async throws {
            let docker = try await Services.docker
            try await withSite { site in
                // The first one leads.
                let gateways = [try await site.gateway(), try await site.gateway()]
                let worker = try await site.worker(on: docker)
                let requests = try (0..<4).map { _ in try site.shell("sleep 600") }
                for request in requests {
                    #expect(try await gateways[victim].api.post(request).status == 201)
                    try await gateways[victim].api.waitFor(request.jid, status: ["started"])
                }
                // Nobody carries out anything before the gateway is dead.
                worker.freeze()
                let statuses = try await together(requests) { try await gateways[victim].api.delete($0.jid).status }
                try await gateways[victim].kill()
                #expect(statuses.allSatisfy { $0 == 204 })
                worker.thaw()
                let other = gateways[1 - victim]
                for request in requests { #expect(try await other.api.get(request.jid).status == 404) }
                for request in requests {
                    try await docker.waitUntilNoContainer(of: request.jid, within: .seconds(60))
                }
                try await gateways[victim].start()
                for gateway in gateways {
                    for request in requests { #expect(try await gateway.api.get(request.jid).status == 404) }
                }
            }
        }
    }
}
