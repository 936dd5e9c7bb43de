import Support
import Testing

/// Jobs in flight while something is killed again and again; in the end each must have run once, and its status must
/// be its container's exit code on both gateways.
struct Turmoil: Sendable {
    let site: Site
    let gateways: [GatewayProcess]
    let engine: PrivateDocker
    var count = Scale.isNightly ? 100 : 40
    var blows = 3
    /// Docker 20.10, killed in the middle of a start, may forget it: such a job ends and says that it may have run, and is
    /// never started anew. It also loses what a job prints meanwhile, and says 255, and was once seen to say 0, of an
    /// exit that it did not see.
    var engineForgets = false
    /// dockerd, started again, ends the containers that it finds: their exit codes are those of a signal.
    var restartEndsJobs = false

    /// - Parameter blow: hurts something, and mends it.
    func run(_ blow: @Sendable () async throws -> Void) async throws {
        var random = SeededGenerator(seed: SeededGenerator.seed)
        print("    seed \(SeededGenerator.seed)")
        let requests = try (0..<count).map {
            try site.shell("echo ran >> /share/outgoing/ran; sleep 0.\(1 + $0 % 8); echo job; exit \($0 % 5)")
        }
        async let posting: Void = forEachTogether(Array(requests.enumerated()), width: 8) { [gateways] index, request in
            // To either, and to the other while one is down: the client's load balancer.
            for attempt in 0... {
                let gateway = gateways[(index + attempt) % gateways.count]
                if (try? await gateway.api.submit(request, within: .seconds(20))) != nil { return }
                try Task.checkCancellation()
            }
        }
        for _ in 0..<blows {
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...2500, using: &random)))
            try await blow()
        }
        try await posting
        for (index, request) in requests.enumerated() {
            let ended = try await gateways[0].api.waitForEnd(request.jid, within: Scale.time(.seconds(150)))
            try await check(request, ended, wanted: index % 5)
        }
        for request in requests {
            let seen = try await together(gateways) { try await $0.api.waitForEnd(request.jid).bytes }
            #expect(Set(seen).count == 1)
        }
        // Held by a worker that was killed before it knew the id, and asked about when it has been there for a while.
        for request in requests {
            try await eventually(within: Scale.time(.seconds(180)), "\(request.jid) has one container") {
                try await engine.containers(labelled: "\(Labels.job)=\(request.jid)").count == 1
            }
        }
        let counts = await engine.starts()
        // The event of a start that dockerd forgot is lost with it.
        #expect(engineForgets || counts.count == count)
        #expect(counts.filter { $0.value > 1 }.isEmpty)
    }

    /// The state of the job's container that has started; of the only one that there is, if none has.
    private func state(of request: JobRequest) async throws -> JSONValue {
        let all = try await engine.containers(labelled: "\(Labels.job)=\(request.jid)")
        let started = all.filter { $0["State"] != "created" }
        #expect(started.count == 1 || engineForgets && all.count == 1, "\(all)")
        let id = try #require((started.first ?? all.first)?["Id"].string)
        return try await engine.get("/containers/\(id)/json")["State"]
    }

    private func check(_ request: JobRequest, _ ended: JSONValue, wanted: Int) async throws {
        let state = try await state(of: request)
        // The job's own word for how often it ran.
        let ran = (try? site.storage.read("\(request.outputDir)/ran")) ?? ""
        if engineForgets, ended["message"].string?.contains("cannot be started") == true {
            #expect(ended["message"].string?.contains("may have run") == true, "\(ended)")
            #expect(ran == "" || ran == "ran\n")
            #expect(ended["status"] == "finishedWithError")
            return
        }
        let code = state["ExitCode"].int ?? -1
        let isForgotten = engineForgets && (code == 255 || code == 0)
        // 2 is runc's own, when it is ended before it has become the job's program.
        let isEnded = restartEndsJobs && [2, 128 + 9, 128 + 15].contains(code)
        #expect(ran == "ran\n" || (isForgotten || isEnded) && ran == "", "\(ended) \(state)")
        if !engineForgets || ended["logs"] != "" {
            #expect(ended["logs"] == "job\n" || isEnded && ended["logs"] == "", "\(ended)")
        }
        #expect(code == wanted || isForgotten || isEnded, "\(ended) \(state)")
        #expect(ended["status"] == (code == 0 ? "finishedSuccessfully" : "finishedWithError"), "\(ended) \(state)")
        let message = "exited (\(code))" + (code == 137 ? ": killed" : "")
        #expect(ended["message"].string == message, "\(ended) \(state)")
    }
}

/// Runs `body` with two gateways and two workers on an engine and a broker of their own.
/// - Parameter liveRestore: containers outlive a killed dockerd, and so keep their exit codes.
func withTurmoil(
    liveRestore: Bool = true, _ body: (Turmoil, [WorkerProcess], PrivateBroker) async throws -> Void
) async throws {
    try await withPrivateBroker { broker in
        try await withPrivateDocker(liveRestore: liveRestore) { engine in
            try await withSite(broker: broker) { site in
                let gateways = [try await site.gateway(), try await site.gateway()]
                let workers = [try await site.worker(on: engine), try await site.worker(on: engine)]
                try await body(Turmoil(site: site, gateways: gateways, engine: engine), workers, broker)
            }
        }
    }
}
