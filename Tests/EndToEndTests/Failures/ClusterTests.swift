import Support
import Testing

extension EndToEnd {
    /// A broker of three nodes.
    @Suite(.machine(.shared)) struct ClusterTests {
        @Test(.enabled(if: Scale.isNightly), arguments: [0, 1, 2])
        func `A node of the broker and a gateway are killed, and jobs go on`(_ killed: Int) async throws {
            try await withCluster { cluster, site, gateways, docker in
                let requests = try (0..<3).map { try site.shell("echo \($0); exit \($0)") }
                try await gateways[0].api.submit(requests[0])
                #expect(try await gateways[1].api.waitForEnd(requests[0].jid)["message"] == "exited (0)")

                async let node: Void = cluster.nodes[killed].kill()
                async let gateway: Void = gateways[0].kill()
                _ = try await (node, gateway)
                try await runs(requests[1], "exited (1)", on: gateways[1], asking: cluster.nodes[(killed + 1) % 3])
                // Whoever leads the queues now tells their figures.
                var seen = ""
                try await eventually(within: .seconds(30), "the figures of the queues are whole", lastSeen: { seen }) {
                    let answer = try await gateways[1].program.http.send("GET", "/api/v2/queues").json
                    seen = answer.description
                    return answer["complete"] == true && answer["queues"][0]["consumers"] == 1
                }

                try await cluster.restart(cluster.nodes[killed])
                try await gateways[0].start()
                try await gateways[0].api.submit(requests[2])
                #expect(try await gateways[1].api.waitForEnd(requests[2].jid)["message"] == "exited (2)")
                try await agree(gateways, on: requests)
                #expect(try await site.containers(on: docker).count == 3)
            }
        }

        @Test(.enabled(if: Scale.isNightly), arguments: [0, 1, 2])
        func `A node of the broker is cut off from the others, and jobs go on`(_ number: Int) async throws {
            try await withCluster { cluster, site, gateways, docker in
                let node = cluster.nodes[number]
                let rest = cluster.nodes[(number + 1) % 3]
                let requests = try (0..<4).map {
                    try site.shell("echo ran >> /share/outgoing/ran; sleep 1; exit \($0)")
                }
                try await gateways[0].api.submit(requests[0])
                #expect(try await gateways[1].api.waitForEnd(requests[0].jid)["message"] == "exited (0)")

                // One job is on its way when it happens, and one comes while it lasts.
                try await gateways[1].api.submit(requests[1])
                try await cluster.cutOff(node)
                try await eventually(within: .seconds(30), "the node that is alone waits") {
                    try await !node.isServing()
                }
                #expect(try await cluster.runningNodes(seenBy: rest) == 2)
                try await runs(requests[2], "exited (2)", on: gateways[1], asking: rest)
                #expect(try await gateways[0].api.waitForEnd(requests[1].jid)["message"] == "exited (1)")

                try await cluster.mend(node)
                try await gateways[0].api.submit(requests[3], within: .seconds(30))
                #expect(try await gateways[1].api.waitForEnd(requests[3].jid)["message"] == "exited (3)")
                try await agree(gateways, on: requests)
                #expect(try await site.containers(on: docker).count == 4)
                for request in requests {
                    #expect(try site.storage.read("\(request.outputDir)/ran") == "ran\n")
                }
            }
        }

        /// Two gateways and a worker that know all nodes.
        private func withCluster(
            _ body: (PrivateCluster, Site, [GatewayProcess], PrivateDocker) async throws -> Void
        ) async throws {
            let docker = try await Services.docker
            var options = PrivateBrokerOptions()
            options.prometheus = true
            let cluster = try PrivateCluster(options)
            defer { cluster.stop() }
            try await cluster.start()
            let figures = cluster.nodes.map { "http://127.0.0.1:\($0.prometheusPort)" }.joined(separator: ",")
            let everywhere = ["AMQP_URL": cluster.url, "BROKER_METRICS_URL": figures]
            try await withSite(broker: cluster.nodes[0]) { site in
                let gateways = [try await site.gateway(everywhere), try await site.gateway(everywhere)]
                _ = try await site.worker(on: docker, everywhere)
                try await body(cluster, site, gateways, docker)
            }
        }

        /// Posts a job as soon as it is taken, and waits for its end.
        private func runs(
            _ request: JobRequest, _ message: JSONValue, on gateway: GatewayProcess, asking node: PrivateBroker
        ) async throws {
            try await eventually(within: .seconds(30), "the gateway takes a job") {
                try await gateway.api.post(request).status == 201
            }
            do {
                #expect(try await gateway.api.waitForEnd(request.jid, within: .seconds(60))["message"] == message)
            } catch {
                // What the broker thinks of it.
                let columns = [
                    "name", "messages_ready", "messages_unacknowledged", "consumers", "leader", "online", "state",
                ]
                print((try? await node.control(["list_queues"] + columns)) ?? "no answer")
                print((try? await node.control("list_consumers")) ?? "no answer")
                print(try await gateway.program.http.send("GET", "/api/v2/workers").text)
                print(try await gateway.program.http.send("GET", "/metrics").text)
                throw error
            }
        }

        /// All gateways show that each job has ended with its number.
        private func agree(_ gateways: [GatewayProcess], on requests: [JobRequest]) async throws {
            for gateway in gateways {
                for (number, request) in requests.enumerated() {
                    #expect(try await gateway.api.get(request.jid).json["message"] == "exited (\(number))" as JSONValue)
                }
            }
        }
    }
}
