import Support
import Testing

extension EndToEnd {
    /// The gateway that leads is lost while jobs are posted.
    @Suite(.machine(.shared)) struct DispatcherTests {
        @Test func `When the leading gateway is killed or frozen the other takes over, and no job is lost or doubled`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateways = [try await site.gateway(), try await site.gateway()]
                try await leads(gateways[0])
                let requests = (0..<Scale.count(600)).map { JobRequest.shell("exit \($0 % 4)") }
                let half = requests.count / 2

                // Killed, with a part of the jobs on their way through it.
                let killed = try await post(Array(requests[..<half]), to: gateways) {
                    let end = gateways[1].log.end
                    try await gateways[0].kill()
                    return end
                }
                try await leads(gateways[1], from: killed)
                try await gateways[0].start()

                // Frozen: the broker gives it up when its heartbeats have stayed out.
                let frozen = try await post(Array(requests[half...]), to: [gateways[0]]) {
                    gateways[1].freeze()
                    return gateways[0].log.end
                }
                try await leads(gateways[0], from: frozen)
                try await depth(site, is: requests.count)
                gateways[1].thaw()
                // What it was about to publish when it was frozen may come as well.
                try await gateways[1].program.waitUntil("/readyz", within: .seconds(60))
                for request in requests {
                    #expect(try await gateways[1].api.get(request.jid).json["status"] == "notstarted")
                }
                try await depth(site, is: requests.count)

                let kept = requests.filter { $0.jid.utf8.last.map { $0 % 16 == 0 } ?? false }
                let dropped = requests.filter { !kept.contains($0) }
                try await forEachTogether(dropped, width: 32) { request in
                    let status = try await gateways[0].api.delete(request.jid).status
                    #expect(status == 204)
                }
                for request in kept { _ = try site.job(request) }
                _ = try await site.worker(on: docker)
                for request in kept {
                    let seen = try await together(gateways) {
                        try await $0.api.waitForEnd(request.jid, within: Scale.time(.seconds(120)))
                    }
                    #expect(seen[0] == seen[1])
                    #expect(seen[0]["message"].string == "exited (\(request.entrypoint[2].dropFirst(5)))")
                }
                // The commands of the dropped jobs are still behind those of the last kept ones.
                try await eventually(within: Scale.time(.seconds(60)), "all commands are answered") {
                    try await site.runQueueDepth() == 0
                }
                var left: [String] = []
                try await eventually(
                    within: Scale.time(.seconds(60)), "what was made for dropped jobs is gone", lastSeen: { "\(left)" }
                ) {
                    left = try await site.containers(on: docker).compactMap { $0["Labels"][Labels.submission].string }
                    return left.count == kept.count
                }
                let counts = await docker.starts()
                #expect(left.allSatisfy { counts[$0] == 1 })
            }
        }

        private func leads(_ gateway: GatewayProcess, from place: UInt64 = 0) async throws {
            try await gateway.program.process?.waitForLine(
                containing: "this gateway dispatches now", from: place, within: .seconds(60))
        }

        /// Posts to these in turn, and to the next where one is down; hurts somebody when a third is accepted.
        private func post<Value: Sendable>(
            _ requests: [JobRequest], to gateways: [GatewayProcess], _ hurt: () async throws -> Value
        ) async throws -> Value {
            let accepted = Counter()
            async let posting: Void = forEachTogether(Array(requests.enumerated()), width: 16) { index, request in
                for attempt in 0... {
                    let gateway = gateways[(index + attempt) % gateways.count]
                    let answer = try? await gateway.api.post(request, timeout: .seconds(15))
                    if answer?.status == 201 { break }
                    try await Task.sleep(for: .milliseconds(20))
                }
                await accepted.add()
            }
            try await eventually(within: .seconds(60), every: .milliseconds(2), "a third is accepted") {
                await accepted.count > requests.count / 3
            }
            let value = try await hurt()
            try await posting
            return value
        }

        /// Each of two dispatchers may have published a window of commands without a note of it.
        private func depth(_ site: Site, is count: Int) async throws {
            var depth = 0
            try await eventually(within: .seconds(60), "all commands are in the queue", lastSeen: { "\(depth)" }) {
                depth = try await site.runQueueDepth()
                return depth >= count
            }
            #expect(depth <= count + 2 * 200)
        }

        private actor Counter {
            private(set) var count = 0
            func add() { count += 1 }
        }
    }
}
