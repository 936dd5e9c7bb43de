import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct ReplayTests {
        /// The relay in front of the broker lets a part of the log through and then nothing, so that each kill comes in the
        /// middle of it.
        @Test func `A gateway that is killed again and again while it reads the log ends with the same records`()
            async throws
        {
            let (broker, docker) = (try await Services.broker, try await Services.docker)
            let relay = try Relay(to: .tcp(host: "127.0.0.1", port: broker.port))
            defer { relay.stop() }
            try await withSite { site in
                let first = try await site.gateway()
                // Nobody works for this backend: what is asked of it stays in the log.
                let waiting = PmanAPI(first.program.http, backend: "swarm")
                let ended = try (0..<10).map { try site.shell("echo \($0); exit \($0 % 3)") }
                _ = try await site.worker(on: docker)
                for request in ended { try await first.api.submit(request) }
                let requests = (0..<Scale.count(700)).map { _ in JobRequest() }
                try await forEachTogether(requests, width: 32) { try await waiting.submit($0) }
                for request in ended { try await first.api.waitForEnd(request.jid) }

                let second = try await site.idleGateway(["AMQP_URL": "amqp://guest:guest@\(relay.address)/%2F"])
                var places: [Int] = []
                for round in 0..<8 {
                    if round == 4 {
                        try FileManager.default.removeItem(atPath: second.stateDirectory)
                        try FileManager.default.createDirectory(
                            atPath: second.stateDirectory, withIntermediateDirectories: false)
                    }
                    places.append(try await startInTheMiddle(second, relay, isPatient: round % 2 == 0))
                    // Meanwhile the log goes on.
                    #expect(try await waiting.delete(requests[round].jid).status == 204)
                    try await second.kill()
                }
                print("    killed while it read the log after \(places)")
                // It went on where it was, and from nothing when it had nothing.
                #expect(places[0] == -1 && places[4] == -1, "\(places)")
                #expect(places[1...3] == places[1...3].sorted()[...] && places[1] >= 0, "\(places)")
                #expect(places[5...7] == places[5...7].sorted()[...] && places[5] >= 0, "\(places)")

                relay.allow(bytes: nil)
                try await second.start()
                let known = PmanAPI(second.program.http, backend: "swarm")
                try await forEachTogether(requests) { request in
                    let answers = [try await waiting.get(request.jid), try await known.get(request.jid)]
                    #expect(answers[0].status == answers[1].status && answers[0].json == answers[1].json)
                }
                for request in ended {
                    let answers = [try await first.api.get(request.jid), try await second.api.get(request.jid)]
                    #expect(answers[0].status == 200 && answers[0].json == answers[1].json)
                }
                for (index, request) in requests.prefix(9).enumerated() {
                    #expect(try await known.get(request.jid).status == (index < 8 ? 404 : 200))
                }
            }
        }

        /// Starts a gateway and stops its log in the middle.
        /// - Parameter isPatient: it has written some of what came when this returns.
        /// - Returns: the place after which it reads; -1 is the beginning.
        private func startInTheMiddle(_ gateway: GatewayProcess, _ relay: Relay, isPatient: Bool) async throws -> Int {
            relay.allow(bytes: 60_000)
            let end = gateway.log.end
            try await gateway.start(until: .launched)
            let line = try await gateway.program.process?.waitForLine(containing: "reading the log", from: end)
            try await relay.waitUntilExhausted()
            if isPatient {
                try await eventually("it has written some of what came") {
                    let metrics = try await gateway.program.http.send("GET", "/metrics").text
                    return metrics.contains(/pman_cache_jobs [1-9]/)
                }
            }
            #expect(try await gateway.program.http.send("GET", "/readyz").status == 503)
            #expect(try await gateway.api.get("any").status == 503)
            let place = line?.firstMatch(of: /after=(-?[0-9]+)/)?.output.1
            return try #require(place.flatMap { Int($0) }, "\(line ?? "")")
        }
    }
}
