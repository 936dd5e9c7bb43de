import Support
import Testing

extension EndToEnd {
    /// Two gateways, three workers, two engines.
    @Suite(.machine(.shared)) struct ReplicaTests {
        @Test(.enabled(if: TestParts.include("podman")))
        func `Jobs run on both engines, are read through the other gateway, and are removed where they are`()
            async throws
        {
            let docker = try await Services.docker
            try await withPrivatePodman { podman in
                try await withSite { site in
                    let gateways = [try await site.gateway(), try await site.gateway()]
                    // Few at once on each, so that both get some.
                    let few = ["MAX_RUNNING_JOBS": "3"]
                    _ = try await site.worker(on: docker, few)
                    _ = try await site.worker(on: docker, few)
                    _ = try await site.worker(on: podman, few)
                    let requests = try (0..<6).map { _ in try site.shell("echo here; sleep 600") }
                    for request in requests {
                        #expect(try await gateways[0].api.post(request).status == 201)
                        try await seen(request.jid, through: gateways[1]) { $0 == 200 }
                    }
                    for request in requests {
                        try await gateways[1].api.waitFor(request.jid, status: ["started"])
                    }
                    #expect(try await site.containers(on: docker).count == 3)
                    #expect(try await site.containers(on: podman).count == 3)
                    for request in requests {
                        #expect(try await gateways[1].api.delete(request.jid).status == 204)
                        try await seen(request.jid, through: gateways[0]) { $0 == 404 }
                    }
                    for engine in [docker, podman] as [any TestEngine] {
                        try await eventually(within: .seconds(60), "nothing is left on \(engine.backend)") {
                            try await site.containers(on: engine).isEmpty
                        }
                    }
                }
            }
        }

        @Test func `The same id posted to both gateways at once is accepted as one job only`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateways = [try await site.gateway(), try await site.gateway()]
                _ = try await site.worker(on: docker)
                for round in 0..<10 {
                    let first = try site.shell("echo first")
                    let isEqual = round % 2 == 0
                    let second = isEqual ? first : try site.job(.shell("echo second", jid: first.jid))
                    let answers = try await together([0, 1], width: 2) { index in
                        try await gateways[index].api.post(index == 0 ? first : second)
                    }
                    #expect(answers.map(\.status).sorted() == (isEqual ? [201, 201] : [201, 409]))
                    let ended = try await gateways[round % 2].api.waitForEnd(first.jid)
                    #expect(ended["logs"] == (answers[0].status == 201 ? "first\n" : "second\n"))
                    #expect(try await docker.containers(labelled: "\(Labels.job)=\(first.jid)").count == 1)
                }
                let ours = Set(
                    try await site.containers(on: docker).compactMap { $0["Labels"][Labels.submission].string })
                let counts = await docker.starts().filter { ours.contains($0.key) }
                #expect(counts.count == 10)
                #expect(counts.values.allSatisfy { $0 == 1 })
            }
        }

        @Test func `A gateway that joins later knows all jobs`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let first = try await site.gateway()
                _ = try await site.worker(on: docker)
                let requests = try (0..<5).map { try site.shell("exit \($0)") }
                for request in requests { #expect(try await first.api.post(request).status == 201) }
                for request in requests { try await first.api.waitForEnd(request.jid) }
                let second = try await site.gateway()
                for request in requests {
                    let known = try await first.api.get(request.jid).json
                    #expect(try await second.api.get(request.jid).json == known)
                }
                #expect(try await second.api.get("unknown").status == 404)
            }
        }

        /// Within a second.
        private func seen(_ jid: String, through gateway: GatewayProcess, _ holds: (Int) -> Bool) async throws {
            try await eventually(within: .seconds(1), every: .milliseconds(20), "\(jid) is seen") {
                holds(try await gateway.api.get(jid).status)
            }
        }
    }
}
