import Support
import Testing

extension EndToEnd {
    /// A broker of three nodes.
    @Suite(.machine(.shared)) struct ClusterTests {
        @Test(.enabled(if: Scale.isNightly), arguments: [0, 1, 2])
        func `A node of the broker and a gateway are killed, and jobs go on`(_ killed: Int) async throws {
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
                let requests = try (0..<3).map { try site.shell("echo \($0); exit \($0)") }
                try await gateways[0].api.submit(requests[0])
                #expect(try await gateways[1].api.waitForEnd(requests[0].jid)["message"] == "exited (0)")

                async let node: Void = cluster.nodes[killed].kill()
                async let gateway: Void = gateways[0].kill()
                _ = try await (node, gateway)
                try await eventually(within: .seconds(30), "the other gateway takes a job") {
                    try await gateways[1].api.post(requests[1]).status == 201
                }
                let second: JSONValue
                do {
                    second = try await gateways[1].api.waitForEnd(requests[1].jid, within: .seconds(60))
                } catch {
                    // What the broker thinks of it.
                    let node = cluster.nodes[(killed + 1) % 3]
                    let columns = [
                        "name", "messages_ready", "messages_unacknowledged", "consumers", "leader", "online", "state",
                    ]
                    print((try? await node.control("list_queues", columns)) ?? "no answer")
                    print((try? await node.control("list_consumers")) ?? "no answer")
                    print(try await gateways[1].program.http.send("GET", "/api/v2/workers").text)
                    print(try await gateways[1].program.http.send("GET", "/metrics").text)
                    throw error
                }
                #expect(second["message"] == "exited (1)")
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
                for (number, request) in requests.enumerated() {
                    #expect(
                        try await gateways[0].api.get(request.jid).json["message"] == "exited (\(number))" as JSONValue)
                }
                #expect(try await site.containers(on: docker).count == 3)
            }
        }
    }
}
