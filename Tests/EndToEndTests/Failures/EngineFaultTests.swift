import Support
import Testing

extension EndToEnd {
    /// What may happen to a container engine and to what a worker keeps there.
    @Suite(.machine(.shared)) struct EngineFaultTests {
        @Test func `A container is removed by hand while its job runs, and the job says that it is gone`() async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: docker)
                let request = try site.shell("sleep 600")
                try await gateway.api.submit(request)
                try await gateway.api.waitFor(request.jid, status: ["started"])
                let id = try #require(try await docker.container(of: request.jid)?["Id"].string)
                #expect(try await docker.api.send("DELETE", "/containers/\(id)?force=1").status == 204)
                let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(120))
                // Whoever is quick enough still sees it end.
                let message = ended["message"].string ?? ""
                #expect(message.hasPrefix("gone: ") || message.hasPrefix("exited (137)"), "\(ended)")
                #expect(try await gateway.api.delete(request.jid).status == 204)
            }
        }

        @Test func `The stream of events falls silent, and the end of a job is seen all the same`() async throws {
            let docker = try await Services.docker
            let relay = try Relay(to: .unix(path: docker.socketPath))
            defer { relay.stop() }
            try await withSite { site in
                let gateway = try await site.gateway()
                let hold = relay.hold(.answer) { $0.hasPrefix("GET ") && $0.contains("/events") }
                _ = try await site.worker(on: docker, ["DOCKER_HOST": relay.dockerHost])
                try await hold.waitUntilReached()
                // So long that nobody still looks who has just started it.
                let request = try site.shell("sleep 20; exit 5")
                try await gateway.api.submit(request)
                let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(180))
                #expect(ended["message"] == "exited (5)")
            }
        }

        /// What is slower than the call's deadline.
        enum Slow: String, CaseIterable, Sendable { case create, start }

        @Test(arguments: Scale.isNightly ? Slow.allCases : [.create])
        func `An engine slower than every deadline runs its job once, and its end is told`(_ slow: Slow) async throws {
            try await withSimulatedEngine(
                create: slow == .create ? 32_000 : 0, start: slow == .start ? 125_000 : 0
            ) { engine in
                try await withSite { site in
                    let gateway = try await site.gateway()
                    _ = try await site.worker(on: engine)
                    let request = try site.job(JobRequest(entrypoint: ["simulate", "100", "3"]))
                    try await gateway.api.submit(request)
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(200))
                    #expect(ended["message"] == "exited (3)")
                }
                let starts = try engine.ledger().split(separator: "\n").filter { $0.contains("\tstart\t") }
                #expect(starts.count == 1, "\(starts)")
            }
        }

        @Test func `The engine's disk is full: a job says so and waits, and runs when there is room`() async throws {
            try await withPrivateDocker(megabytes: 48) { docker in
                try await withSite { site in
                    let gateway = try await site.gateway()
                    _ = try await site.worker(on: docker)
                    let filling = try site.shell("dd if=/dev/zero of=/fill bs=4k; exit 3")
                    try await gateway.api.submit(filling)
                    let filled = try await gateway.api.waitForEnd(filling.jid)
                    #expect(filled["message"] == "exited (3)", "\(filled)")
                    let waiting = try site.shell("exit 4")
                    try await gateway.api.submit(waiting)
                    var last = ""
                    try await eventually(within: .seconds(30), "it says why it waits", lastSeen: { last }) {
                        last = try await gateway.api.get(waiting.jid).text
                        return last.contains("no space left on device")
                    }
                    #expect(last.contains("queued: attempt "), "\(last)")
                    #expect(try await gateway.api.delete(filling.jid).status == 204)
                    let ended = try await gateway.api.waitForEnd(waiting.jid, within: .seconds(90))
                    #expect(ended["message"] == "exited (4)", "\(ended)")
                    #expect(try await site.containers(on: docker).count == 1)
                }
            }
        }

        @Test func `A drain that takes longer than allowed is cut short, and the next worker runs the job once`()
            async throws
        {
            let docker = try await Services.docker
            let relay = try Relay(to: .unix(path: docker.socketPath))
            defer { relay.stop() }
            try await withSite { site in
                let gateway = try await site.gateway()
                let hold = relay.hold(.request) { $0.hasPrefix("POST ") && $0.contains("/containers/create") }
                let worker = try await site.worker(on: docker, ["DOCKER_HOST": relay.dockerHost])
                let request = try site.shell("exit 5")
                try await gateway.api.submit(request)
                try await hold.waitUntilReached()
                let began = ContinuousClock.now
                #expect(try await worker.terminate(within: .seconds(25)) == .exited(0))
                print("    gone after \(ContinuousClock.now - began)")
                hold.release()
                try await worker.start()
                let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(90))
                #expect(ended["message"] == "exited (5)")
                #expect(try await site.starts(on: docker) == [1])
            }
        }
    }
}
