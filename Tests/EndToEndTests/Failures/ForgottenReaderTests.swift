import Support
import Testing

extension EndToEnd {
    /// The broker confirms what is written to the log and does not send it any more, on a connection that is well.
    @Suite(.machine(.shared)) struct ForgottenReaderTests {
        @Test func `A gateway whose reader the broker has forgotten notices and subscribes anew`() async throws {
            let (broker, docker) = (try await Services.broker, try await Services.docker)
            let relay = try Relay(to: .tcp(host: "127.0.0.1", port: broker.port), isBroker: true)
            defer { relay.stop() }
            try await withSite { site in
                let well = try await site.gateway()
                let gateway = try await site.gateway(["AMQP_URL": "amqp://guest:guest@\(relay.address)/%2F"])
                _ = try await site.worker(on: docker)
                let request = try site.shell("exit 3")
                relay.forgetReaders(of: site.prefix + "results")
                try await well.api.submit(request)
                #expect(try await well.api.waitForEnd(request.jid)["message"] == "exited (3)")
                try await eventually("the gateway was not told") { relay.swallowed > 0 }
                // It has written nothing since, so only its own doubts can tell it.
                try await eventually(within: .seconds(40), "the gateway knows how the job ended") {
                    try await gateway.program.http.send("GET", "/api/v2/jobs/docker/\(request.jid)").json["status"]
                        == "finishedWithError"
                }
                #expect(gateway.program.log.lines(last: 200).contains { $0.contains("subscribing anew") })

                // Also in the middle of a request that must be read back: it is answered late, or refused and may be
                // sent again.
                relay.forgetReaders(of: site.prefix + "results")
                let second = try site.shell("exit 0")
                try await eventually(within: .seconds(40), "the gateway takes a job") {
                    try await gateway.api.post(second).status == 201
                }
                #expect(try await gateway.api.waitForEnd(second.jid)["status"] == "finishedSuccessfully")
            }
        }
    }
}
