import Support
import Testing

extension EndToEnd {
    /// The broker forgets one consumer, on a connection that is well: seen when a node of a cluster was killed.
    @Suite(.machine(.shared)) struct ForgottenReaderTests {
        private func withRelay(_ body: (Site, Relay, _ behind: [String: String]) async throws -> Void) async throws {
            let broker = try await Services.broker
            let relay = try Relay(to: .tcp(host: "127.0.0.1", port: broker.port), isBroker: true)
            defer { relay.stop() }
            try await withSite { try await body($0, relay, ["AMQP_URL": "amqp://guest:guest@\(relay.address)/%2F"]) }
        }

        @Test func `A gateway to which the log is not sent any more notices and subscribes anew`() async throws {
            let docker = try await Services.docker
            try await withRelay { site, relay, behind in
                let well = try await site.gateway()
                let gateway = try await site.gateway(behind)
                _ = try await site.worker(on: docker)
                let request = try site.shell("exit 3")
                #expect(relay.forgetReaders(of: site.prefix + "results") == 1)
                try await well.api.submit(request)
                #expect(try await well.api.waitForEnd(request.jid)["message"] == "exited (3)")
                // It has written nothing since, so only its own doubts can tell it.
                try await eventually(within: .seconds(40), "the gateway knows how the job ended") {
                    try await gateway.program.http.send("GET", "/api/v2/jobs/docker/\(request.jid)").json["status"]
                        == "finishedWithError"
                }
                #expect(gateway.program.log.lines(last: 200).contains { $0.contains("subscribing anew") })

                // Also in the middle of a request that must be read back: it is refused, and may be sent again.
                #expect(relay.forgetReaders(of: site.prefix + "results") == 1)
                let second = try site.shell("exit 0")
                try await eventually(within: .seconds(40), "the gateway takes a job") {
                    try await gateway.api.post(second).status == 201
                }
                #expect(try await gateway.api.waitForEnd(second.jid)["status"] == "finishedSuccessfully")
            }
        }

        @Test func `A worker and a dispatcher that are forgotten subscribe anew, and jobs go on`() async throws {
            let docker = try await Services.docker
            try await withRelay { site, relay, behind in
                let gateway = try await site.gateway(behind)
                let worker = try await site.worker(on: docker, behind)
                try await eventually("both have taken up their work") {
                    gateway.program.log.lines(last: 200).contains { $0.contains("dispatches now") }
                        && worker.log.lines(last: 200).contains { $0.contains("AMQP connected") }
                }
                func forget(_ queue: String) async throws {
                    try await eventually("the reader of \(queue) is forgotten") {
                        relay.forgetReaders(of: site.prefix + queue) == 1
                    }
                    let request = try site.shell("exit 0")
                    try await gateway.api.submit(request)
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(60))
                    #expect(ended["status"] == "finishedSuccessfully", "\(queue)")
                }
                try await forget("dead")
                func hasNoticed() -> Bool {
                    worker.log.lines(last: 500).contains { $0.contains("jobs wait and the broker does not send") }
                }
                // It may happen to subscribe anew for another reason, as when it becomes the engine's active worker.
                for _ in 0..<3 where !hasNoticed() { try await forget("run.docker") }
                #expect(hasNoticed())
            }
        }
    }
}
