import Glibc
import Support
import Testing

extension EndToEnd {
    /// Programs that run out of file descriptors.
    @Suite(.machine(.shared)) struct DescriptorTests {
        @Test func `A gateway with few descriptors says so, keeps clients waiting, and goes on when they have gone`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.idleGateway(["REQUEST_TIMEOUT": "5"])
                try await gateway.program.start(descriptors: 128)
                for text in ["few file descriptors may be open", "fewer connections than MAX_CONNECTIONS"] {
                    try await gateway.program.process?.waitForLine(containing: text)
                }
                _ = try await site.worker(on: docker)
                let before = try site.shell("sleep 2; exit 3")
                try await gateway.api.submit(before)
                // More than it may have; they say nothing.
                let clients = try (0..<200).map { _ in try SlowClient(gateway.program.http.address) }
                // Its own connections and its cache have what they need meanwhile: the job ends, and that is seen.
                let after = try site.shell("exit 4")
                try await gateway.api.submit(after, within: .seconds(60))
                #expect(try await gateway.api.waitForEnd(before.jid)["message"] == "exited (3)")
                #expect(try await gateway.api.waitForEnd(after.jid)["message"] == "exited (4)")
                #expect(try await gateway.program.http.send("GET", "/readyz").status == 200)
                withExtendedLifetime(clients) {}
            }
        }

        @Test func `A gateway that has none left for its broker says what to do, and comes back by itself`()
            async throws
        {
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    let request = JobRequest()
                    try await gateway.api.submit(request)
                    try await broker.kill()
                    try await becomes(gateway, 503)
                    try await limit(gateway, to: 4)
                    try await broker.start()
                    try await endShortage(of: gateway)
                    try await gateway.program.waitUntil("/readyz", within: .seconds(60))
                    #expect(try await gateway.api.get(request.jid).status == 200)
                }
            }
        }

        @Test func `A worker that has none left for its engine says what to do, and its jobs run later and once`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker)
                let running = try site.shell("sleep 3; exit 2")
                try await gateway.api.submit(running)
                try await gateway.api.waitFor(running.jid, status: ["started"])
                let place = worker.log.end
                try await limit(worker, to: 4)
                let requests = try (0..<10).map { try site.shell("exit \($0)") }
                for request in requests { try await gateway.api.submit(request) }
                try await endShortage(of: worker, from: place)
                for (number, request) in requests.enumerated() {
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(90))
                    #expect(ended["message"].string == "exited (\(number))")
                }
                #expect(try await gateway.api.waitForEnd(running.jid)["message"] == "exited (2)")
                #expect(try await site.starts(on: docker) == Array(repeating: 1, count: requests.count + 1))
            }
        }

        /// Changes the limit of a program that runs. What is open stays open, and nothing more can be opened.
        private func limit(_ program: any ProgramFixture, to descriptors: Int) async throws {
            let process = try #require(program.program.process)
            try await ManagedProcess.run(
                "prlimit", ["--pid", "\(process.processIdentifier)", "--nofile=\(descriptors):"])
        }

        /// Waits until the program has said what it lacks, and gives it what it needs.
        ///
        /// Swift's own libdispatch ends a program that is busy and may open nothing (workqueue.c: it looks into /proc at what its
        /// threads do). No program can help that; then it is started again, as it would be by whatever supervises it.
        private func endShortage(of program: any ProgramFixture, from place: UInt64 = 0) async throws {
            do {
                try await program.program.process?.waitForLine(
                    containing: "file descriptors are used: raise the limit (ulimit -n, LimitNOFILE)", from: place,
                    within: .seconds(60))
                try await limit(program, to: 1024)
            } catch {
                guard
                    case .signalled(let signal)? = try? await program.program.process?.waitForExit(within: .seconds(20)),
                    [SIGILL, SIGTRAP].contains(signal)
                else { throw error }
                print("    libdispatch has ended it with signal \(signal)")
                try await program.start()
            }
        }

        private func becomes(_ gateway: GatewayProcess, _ status: Int) async throws {
            try await eventually(within: .seconds(30), "/readyz gives \(status)") {
                try await gateway.program.http.send("GET", "/readyz").status == status
            }
        }
    }
}
