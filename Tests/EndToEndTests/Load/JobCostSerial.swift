import AMQP
import Foundation
import Support
import Testing

extension EndToEnd.Serial {
    /// What a job costs on its way, counted and not timed: the same on every machine. Whoever raises a count says why.
    @Suite struct JobCostSerial {
        @Test func `A job costs so many calls of its engine, and so many entries of the log`() async throws {
            try await withSimulatedEngine { engine in
                try await withSite { site in try await measure(engine, site) }
            }
        }

        private func measure(_ engine: SimulatedEngine, _ site: Site) async throws {
            let gateway = try await site.gateway()
            let worker = try await site.worker(on: engine)
            try await run(1, through: gateway, site)
            let before = try await engine.calls()
            let jobs = 100
            try await run(jobs, through: gateway, site)
            let calls = try await engine.calls().merging(before) { $0 - $1 }
            try await worker.kill()
            print("    \(jobs) jobs:", calls.filter { $0.value > 0 }.sorted { $0.key < $1.key })
            #expect(calls["POST containers/create"] == jobs)
            #expect(calls["POST containers/*/start"] == jobs)
            // Looked for before it is made, by its label; and the list is read now and then.
            #expect((jobs...jobs + 5).contains(calls["GET containers/json"] ?? 0))
            // Once when it has ended; now and then a gateway asks for one as well.
            #expect((jobs...jobs * 11 / 10).contains(calls["GET containers/*/logs"] ?? 0))
            // When it has been started, and for what the engine tells of it, its start and its end; most often some are one.
            #expect((jobs...3 * jobs).contains(calls["GET containers/*/json"] ?? 0))
            #expect(calls["DELETE containers/*"] ?? 0 == 0 && calls["POST containers/*/rename"] ?? 0 == 0)

            let entries = try await entriesOfLog(site)
            print("    the log of \(jobs + 1) jobs:", entries.sorted { $0.key < $1.key })
            #expect(entries["submitted"] == jobs + 1)
            #expect(entries["placed"] == jobs + 1)
            // One that is over when it is first looked at has one status only.
            #expect((jobs + 1...2 * (jobs + 1)).contains(entries["status"] ?? 0))
            #expect(entries["dispatched"] ?? 0 <= jobs + 1)
        }

        private func run(_ count: Int, through gateway: GatewayProcess, _ site: Site) async throws {
            let requests = try (0..<count).map { _ in try site.job(JobRequest(entrypoint: ["simulate", "20", "0"])) }
            try await forEachTogether(requests, width: 16) { try await gateway.api.submit($0) }
            for request in requests {
                #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (0)")
            }
        }

        /// How many of each kind are in the log.
        private func entriesOfLog(_ site: Site) async throws -> [String: Int] {
            var counts: [String: Int] = [:]
            try await withConnection(to: site.broker) { connection in
                var end = AMQPMessage(body: Array("{}".utf8))
                end.type = "the-end"
                end.messageID = "the-end"
                try await connection.publish(end, routingKey: site.prefix + "results", timeout: .seconds(10))
                var options = ConsumerOptions(queue: site.prefix + "results", prefetch: 100)
                options.streamOffset = { .first }
                for await event in connection.consume(options) {
                    guard case .delivery(let delivery) = event else { continue }
                    delivery.acknowledge()
                    let kind = delivery.message.type ?? ""
                    if kind == "the-end" { break }
                    counts[kind, default: 0] += 1
                }
            }
            return counts
        }
    }
}
