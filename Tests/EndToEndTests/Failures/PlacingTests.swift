import Support
import Testing

extension EndToEnd {
    /// Workers that die or stand still between making a container, being allowed to start it, and starting it.
    ///
    /// Gateways are frozen so that a worker stands between create and go; an engine is frozen so that it stands between go
    /// and start.
    @Suite(.machine(.shared)) struct PlacingTests {
        enum Fate: String, CaseIterable, Sendable { case killed, frozen }

        @Test(arguments: Fate.allCases)
        func `A worker lost between create and go`(_ fate: Fate) async throws {
            let docker = try await Services.docker
            try await withPrivateDocker { other in
                try await withSite { site in
                    let (gateway, first, request) = try await heldJob(site, on: docker)
                    switch fate {
                    case .killed: try await first.kill()
                    case .frozen: first.freeze()
                    }
                    _ = try await site.worker(on: other)
                    gateway.thaw()
                    // Which of the two the log chose depends on who asked last; both may be right.
                    if fate == .killed {
                        try await first.start()
                    } else {
                        try await eventually(within: .seconds(90), "the broker has given the frozen worker up") {
                            try await site.runQueueDepth() == 0
                        }
                        first.thaw()
                    }
                    try await endsOnce(request, gateway, [docker, other], site)
                }
            }
        }

        @Test(arguments: Fate.allCases)
        func `A worker lost between go and start, with another on its engine`(_ fate: Fate) async throws {
            try await withPrivateDocker { docker in
                try await withSite { site in
                    let (gateway, first, request) = try await heldJob(site, on: docker)
                    // The answer comes to a worker that stands still, or to one whose engine does.
                    if fate == .frozen { first.freeze() } else { docker.freeze() }
                    gateway.thaw()
                    try await gateway.program.process?.waitForLine(containing: "answered a worker")
                    if fate == .killed {
                        try await first.kill()
                        docker.thaw()
                    }
                    _ = try await site.worker(on: docker)
                    try await gateway.api.waitForEnd(request.jid, within: .seconds(120))
                    first.thaw()
                    if fate == .killed { try await first.start() }
                    try await endsOnce(request, gateway, [docker], site)
                }
            }
        }

        @Test func `A start whose outcome is unknown, because the engine stood still and the worker died`() async throws
        {
            try await withPrivateDocker { docker in
                try await withSite { site in
                    let (gateway, worker, request) = try await heldJob(site, on: docker)
                    docker.freeze()
                    gateway.thaw()
                    try await gateway.program.process?.waitForLine(containing: "answered a worker")
                    // It has its answer and has sent its start, most likely; the engine reads it when the worker is gone.
                    try await Task.sleep(for: .milliseconds(300))
                    try await worker.kill()
                    docker.thaw()
                    try await worker.start()
                    try await endsOnce(request, gateway, [docker], site)
                }
            }
        }

        /// A job whose worker has made the container and asked whether it may start, while the gateway stands still.
        private func heldJob(
            _ site: Site, on engine: any TestEngine
        ) async throws -> (GatewayProcess, WorkerProcess, JobRequest) {
            let gateway = try await site.gateway()
            let request = try site.shell("sleep 1; exit 9")
            #expect(try await gateway.api.post(request).status == 201)
            try await eventually("the command is in the run queue") { try await site.runQueueDepth() == 1 }
            gateway.freeze()
            let worker = try await site.worker(on: engine)
            try await eventually("the worker asks") { try await site.depth(of: "go") == 1 }
            #expect(try await engine.container(of: request.jid)?["State"] == "created")
            return (gateway, worker, request)
        }

        private func endsOnce(
            _ request: JobRequest, _ gateway: GatewayProcess, _ engines: [any TestEngine], _ site: Site
        ) async throws {
            let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(120))
            #expect(ended["message"] == "exited (9)", "\(ended)")
            // Neither anything left behind nor anything that starts late.
            try await eventually(within: .seconds(60), "one container is left") {
                var count = 0
                for engine in engines { count += try await site.containers(on: engine).count }
                return count == 1
            }
            var begun = 0
            for engine in engines { begun += try await site.starts(on: engine).reduce(0, +) }
            #expect(begun == 1)
        }
    }
}
