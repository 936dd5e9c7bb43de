import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct BrokerAwayTests {
        @Test func `A broker loses the end of a job that it had confirmed, and the worker tells it again`() async throws
        {
            try await withSimulatedEngine(start: 3_000) { engine in
                try await withSite { site in
                    let gateway = try await site.gateway()
                    let worker = try await site.worker(on: engine)
                    let request = try site.job(JobRequest(entrypoint: ["simulate", "0", "3"]))
                    try await gateway.api.submit(request)
                    try await gateway.program.process?.waitForLine(containing: "answered a worker")
                    // It reads neither that the job has begun nor that it has ended.
                    try await gateway.kill()
                    try await worker.program.process?.waitForLine(containing: "job ended")
                    try await site.broker.control("delete_queue", site.prefix + "results")
                    try await gateway.start()
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(90))
                    #expect(ended["message"] == "exited (3)")
                }
                let starts = try engine.ledger().split(separator: "\n").filter { $0.contains("\tstart\t") }
                #expect(starts.count == 1, "\(starts)")
            }
        }

        @Test(arguments: [false, true])
        func `While the broker is away known jobs are shown and nothing is promised`(isFrozen: Bool) async throws {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateways = [try await site.gateway(), try await site.gateway()]
                    _ = try await site.worker(on: docker)
                    let done = try site.shell("echo done; exit 2")
                    let doomed = try site.shell("exit 7")
                    #expect(try await gateways[0].api.post(doomed).status == 201)
                    try await gateways[0].api.waitForEnd(doomed.jid)
                    let running = try site.shell("sleep 6; exit 5")
                    #expect(try await gateways[0].api.post(done).status == 201)
                    try await gateways[0].api.waitForEnd(done.jid)
                    #expect(try await gateways[0].api.post(running).status == 201)
                    try await gateways[1].api.waitFor(running.jid, status: ["started"])

                    if isFrozen { broker.freeze() } else { try await broker.kill() }
                    let late = try site.shell("exit 6")
                    try await forEachTogether(gateways) { gateway in
                        // Also before it is noticed.
                        try await known(done.jid, through: gateway, isStale: false)
                        async let read = gateway.api.get("unknown-\(site.prefix)")
                        async let posted = gateway.api.post(late)
                        // Whether it is deleted is not known, as 503 says: a broker that thaws may do it.
                        async let deleted = gateway.api.delete(doomed.jid)
                        for answer in [try await read, try await posted, try await deleted] {
                            #expect(answer.status == 503)
                            #expect(answer.headers["retry-after"] != nil)
                            #expect(answer.json["message"].string?.contains("send the same request again") == true)
                        }
                        try await known(done.jid, through: gateway, isStale: true)
                        #expect(try await gateway.program.http.send("GET", "/healthz").status == 200)
                        // A broker that stands still is noticed after some heartbeats.
                        try await eventually(within: .seconds(45), "the gateway says that it is not ready") {
                            try await gateway.program.http.send("GET", "/readyz").status == 503
                        }
                    }

                    if isFrozen { broker.thaw() } else { try await broker.start() }
                    for (index, gateway) in gateways.enumerated() {
                        try await gateway.program.waitUntil("/readyz", within: .seconds(60))
                        // The last 503 may have been for something that was there before the broker went.
                        try await eventually("the log is read again") {
                            try await gateway.api.get(done.jid).headers["warning"] == nil
                        }
                        #expect(try await gateways[index].api.get("unknown-\(site.prefix)").status == 404)
                    }
                    try await gateways[0].api.submit(late)
                    for gateway in gateways {
                        #expect(try await gateway.api.waitForEnd(running.jid)["message"] == "exited (5)")
                        #expect(try await gateway.api.waitForEnd(late.jid)["message"] == "exited (6)")
                        #expect(try await gateway.api.get(done.jid).json["message"] == "exited (2)")
                    }
                    let last = try await gateways[0].api.delete(doomed.jid).status
                    #expect([204, 404].contains(last))
                    try await docker.waitUntilNoContainer(of: doomed.jid)
                    let ours = Set(
                        try await site.containers(on: docker).compactMap { $0["Labels"][Labels.submission].string })
                    let counts = await docker.starts().filter { ours.contains($0.key) }
                    #expect(counts.count == 3)
                    #expect(counts.values.allSatisfy { $0 == 1 })
                }
            }
        }

        private func known(_ jid: String, through gateway: GatewayProcess, isStale: Bool) async throws {
            let clock = ContinuousClock.now
            let answer = try await gateway.api.get(jid)
            #expect(answer.status == 200)
            #expect(answer.json["message"] == "exited (2)")
            if isStale { #expect(answer.headers["warning"]?.hasPrefix("110") == true) }
            #expect(ContinuousClock.now - clock < .seconds(4))
        }
    }
}
