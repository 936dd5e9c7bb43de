import Support
import Testing

extension EndToEnd.Serial {
    @Suite struct BacklogSerial {
        @Test func `A backlog survives its gateways and its broker`() async throws {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateways = [try await site.gateway(), try await site.gateway()]
                    let count = Scale.isNightly ? 10_000 : 2_000
                    let requests = (0..<count).map { index in JobRequest.shell("exit \(index % 3)") }
                    let parts = stride(from: 0, to: count, by: (count + 3) / 4).map {
                        Array(requests[$0..<min($0 + (count + 3) / 4, count)])
                    }
                    for (index, part) in parts.enumerated() {
                        // In the middle of it, so that some POSTs are answered by the next process, or twice.
                        async let posting: Void = forEachTogether(Array(part.enumerated()), width: 32) {
                            try await gateways[$0 % 2].api.submit($1, within: Scale.time(.seconds(60)))
                        }
                        if index > 0 {
                            try await Task.sleep(for: .milliseconds(300))
                            for gateway in gateways {
                                if index == 2 { try await gateway.kill() } else { try await gateway.terminate() }
                            }
                            for gateway in gateways { try await gateway.start() }
                        }
                        try await posting
                    }
                    // A killed dispatcher may have published a window of commands without a note of it; both were killed.
                    var depth = 0
                    try await eventually(
                        within: Scale.time(.seconds(60)), "all commands are in the queue", lastSeen: { "\(depth)" }
                    ) {
                        depth = try await site.runQueueDepth()
                        return depth >= count
                    }
                    #expect(depth <= count + 2 * 200)

                    try await broker.restart(wipe: true)
                    for gateway in gateways {
                        try await gateway.program.waitUntil("/readyz", within: Scale.time(.seconds(60)))
                        try await forEachTogether(requests, width: 32) { request in
                            let answer = try await gateway.api.get(request.jid)
                            #expect(answer.status == 200 && answer.json["status"] == "notstarted")
                        }
                    }
                    // Also for one that knows nothing but the new log.
                    let newcomer = try await site.gateway()
                    let kept = Array(requests.prefix(20))
                    try await forEachTogether(Array(requests.dropFirst(20)), width: 32) { request in
                        let status = try await newcomer.api.delete(request.jid).status
                        #expect(status == 204)
                    }
                    for request in kept { _ = try site.job(request) }
                    _ = try await site.worker(on: docker)
                    // Each command of a deleted job costs the worker a container that it makes and withdraws.
                    let patience = Scale.time(.seconds(60) + .milliseconds(60) * count)
                    for (index, request) in kept.enumerated() {
                        let ended = try await newcomer.api.waitForEnd(request.jid, within: patience)
                        #expect(ended["message"].string == "exited (\(index % 3))")
                    }
                    #expect(try await site.starts(on: docker).reduce(0, +) == kept.count)
                }
            }
        }
    }
}
