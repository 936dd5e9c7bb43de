import Support
import Testing

extension EndToEnd {
    /// Workers that are killed or told to end while their engine pulls an image.
    @Suite(.machine(.shared)) struct PullingTests {
        enum Moment: String, CaseIterable, Sendable {
            /// The worker holds the command.
            case early
            /// The pull takes so long that the command waits elsewhere.
            case late
        }

        @Test(arguments: Moment.allCases)
        func `A worker is killed during a pull, and another runs the job once`(_ moment: Moment) async throws {
            try await withPull(moment) { site, gateway, docker, registry, worker, request in
                try await worker.kill()
                registry.conduct(.serve)
                _ = try await site.worker(on: docker)
                let ended = try await gateway.api.waitForEnd(request.jid)
                #expect(ended["message"] == "exited (9)", "\(ended)")
                #expect(ended["logs"] == "pulled\n")
                #expect(try await site.containers(on: docker).count == 1)
                #expect(try await site.starts(on: docker) == [1])
            }
        }

        @Test(arguments: Moment.allCases)
        func `A worker gets SIGTERM during a pull: it is gone in time, and another runs the job once`(
            _ moment: Moment
        ) async throws {
            try await withPull(moment) { site, gateway, docker, registry, worker, request in
                #expect(try await worker.terminate(within: .seconds(20)) == .exited(0))
                #expect(try await gateway.api.get(request.jid).json["status"] == "notstarted")
                registry.conduct(.serve)
                try await worker.start()
                let ended = try await gateway.api.waitForEnd(request.jid)
                #expect(ended["message"] == "exited (9)" && ended["logs"] == "pulled\n", "\(ended)")
                #expect(try await site.starts(on: docker) == [1])
            }
        }

        @Test(arguments: Moment.allCases)
        func `A worker is killed during a pull that cannot be done any more, and the job ends and says so`(
            _ moment: Moment
        ) async throws {
            try await withPull(moment) { site, gateway, docker, registry, worker, request in
                try await worker.kill()
                registry.conduct(.refuse)
                try await worker.start()
                let ended = try await gateway.api.waitForEnd(request.jid)
                #expect(ended["status"] == "finishedWithError")
                let message = ended["message"].string ?? ""
                #expect(message.hasPrefix("image \(registry.image) cannot be pulled: "), "\(message)")
                #expect(message.contains("manifest unknown"), "\(message)")
                #expect(try await site.containers(on: docker).isEmpty)
                try await eventually("nothing of it waits any more") { try await site.runQueueDepth() == 0 }
            }
        }

        /// Runs `body` while a worker waits for an image of which half has come.
        private func withPull(
            _ moment: Moment,
            _ body: (Site, GatewayProcess, PrivateDocker, RegistryStandIn, WorkerProcess, JobRequest) async throws ->
                Void
        ) async throws {
            try await withPrivateDocker { docker in
                let registry = try await RegistryStandIn(for: docker, .stall)
                defer { registry.stop() }
                try await withSite { site in
                    let gateway = try await site.gateway()
                    let worker = try await site.worker(on: docker)
                    var request = try site.shell("echo pulled; exit 9")
                    request.image = registry.image
                    #expect(try await gateway.api.post(request).status == 201)
                    try await registry.waitUntilStalled()
                    if moment == .late {
                        var last = ""
                        try await eventually("the pull is shown", lastSeen: { last }) {
                            last = try await gateway.api.get(request.jid).text
                            return last.contains("\"pulling image \(registry.image)")
                        }
                    }
                    try await body(site, gateway, docker, registry, worker, request)
                }
            }
        }
    }
}
