import Support
import Testing

extension EndToEnd {
    /// Two engines, three workers: one of the two on the first engine stands still in the middle of placing a job, and
    /// goes on when the others have run it.
    @Suite(.machine(.shared)) struct ThawedWorkerTests {
        enum Moment: String, CaseIterable, Sendable {
            /// What it sent to the engine arrives when the job is over.
            case creating
            /// The container is there; the worker does not know, and has not asked whether it may start.
            case betweenCreateAndGo
            /// It was allowed to start the container, and its request arrives when the job is over.
            case betweenGoAndStart

            func hold(at relay: Relay) -> RelayHold {
                switch self {
                case .creating: relay.hold(.request) { $0.hasPrefix("POST ") && $0.contains("/containers/create") }
                case .betweenCreateAndGo:
                    relay.hold(.answer) { $0.hasPrefix("POST ") && $0.contains("/containers/create") }
                case .betweenGoAndStart: relay.hold(.request) { $0.hasPrefix("POST ") && $0.contains("/start") }
                }
            }
        }

        @Test(arguments: Moment.allCases)
        func `A worker is frozen, and thawed when others have run its job`(_ moment: Moment) async throws {
            let second = try await Services.docker
            try await withPrivateDocker { first in
                let relay = try Relay(to: .unix(path: first.socketPath))
                defer { relay.stop() }
                try await withSite { site in
                    let gateway = try await site.gateway()
                    let hold = moment.hold(at: relay)
                    let request = try site.shell("echo ran >> /share/outgoing/ran; sleep 1; exit 9")
                    let sleeper = try await site.worker(on: first, ["DOCKER_HOST": relay.dockerHost])
                    #expect(try await gateway.api.post(request).status == 201)
                    try await hold.waitUntilReached()
                    sleeper.freeze()
                    _ = try await site.worker(on: first)
                    _ = try await site.worker(on: second)
                    let began = ContinuousClock.now
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(150))
                    print("    \(moment): others ran it within \(ContinuousClock.now - began)")
                    #expect(ended["message"] == "exited (9)", "\(ended)")

                    let places = (sleeper: sleeper.log.end, gateway: gateway.log.end)
                    sleeper.thaw()
                    hold.release()
                    // It goes on with what it was at, until it has learnt that others were faster.
                    if moment == .betweenGoAndStart {
                        try await sleeper.program.process?.waitForLine(
                            containing: "somebody else has taken over an object", from: places.sleeper,
                            within: .seconds(60))
                    } else {
                        try await gateway.program.process?.waitForLine(
                            containing: "answered a worker", from: places.gateway, within: .seconds(60))
                    }
                    // What the log did not choose and nobody asks about is found by listing, after a minute or two: make
                    // nightly waits for that.
                    if moment == .betweenGoAndStart || Scale.isNightly { try await isQuiet(site, [first, second]) }
                    #expect(try site.storage.read("\(request.outputDir)/ran") == "ran\n")
                    #expect(try await gateway.api.get(request.jid).json == ended)
                    let counts = await starts(on: [first, second])
                    let left = try await submissions(site, [first, second])
                    #expect(Set(left).map { counts[$0] } == [1])
                    // Whoever has it now still removes it.
                    #expect(try await gateway.api.delete(request.jid).status == 204)
                    try await eventually(within: .seconds(60), "its container is removed") {
                        try await submissions(site, [first, second]).count < left.count
                    }
                }
            }
        }

        /// Neither a container that nobody needs is left nor a command that could make one.
        private func isQuiet(_ site: Site, _ engines: [PrivateDocker]) async throws {
            try await eventually(within: .seconds(240), "one container is left, and no command") {
                for queue in ["run.docker", "retry.5s.docker"] where try await site.depth(of: queue) > 0 {
                    return false
                }
                return try await submissions(site, engines).count == 1
            }
        }

        private func submissions(_ site: Site, _ engines: [PrivateDocker]) async throws -> [String] {
            var all: [String] = []
            for engine in engines {
                all += try await site.containers(on: engine).compactMap { $0["Labels"][Labels.submission].string }
            }
            return all
        }
    }
}
