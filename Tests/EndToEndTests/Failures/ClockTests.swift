import Foundation
import Support
import Testing

extension EndToEnd {
    /// Clocks that jump while the programs run.
    @Suite(.machine(.shared), .enabled(if: MovableClock.isUsable, "libfaketime and sanitizers do not go together"))
    struct ClockTests {
        @Test func `The clocks of a gateway and a worker jump an hour ahead and two back, and jobs go on`() async throws
        {
            let docker = try await Services.docker
            let clock = try MovableClock()
            try await withSite { site in
                // Long past by the wrong clocks, if silence were counted by them.
                let patience = ["ENGINE_LOST_AFTER": "60"]
                let wrong = try await site.gateway(patience.merging(clock.environment) { $1 })
                let worker = try await site.worker(on: docker, clock.environment)
                let right = try await site.gateway(patience)
                let long = try site.shell("echo on; sleep 20; exit 5")
                try await wrong.api.submit(long)
                try await wrong.api.waitFor(long.jid, status: ["started"])
                var requests: [JobRequest] = []
                for offset in [3600, -3600, 0] {
                    try clock.move(by: offset)
                    // Both ways, so that each gateway has entries of the other's clock.
                    for gateway in [wrong, right] {
                        let request = try site.shell("exit \(requests.count)")
                        try await gateway.api.submit(request)
                        requests.append(request)
                    }
                    for (number, request) in requests.enumerated() {
                        for gateway in [wrong, right] {
                            let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(30))
                            #expect(ended["message"].string == "exited (\(number))")
                        }
                    }
                    for program in [wrong, worker] as [any ProgramFixture] { try showsTime(program, movedBy: offset) }
                    for gateway in [wrong, right] {
                        #expect(try await gateway.program.http.send("GET", "/readyz").status == 200)
                        var workers = JSONValue.null
                        try await eventually("it hears of the worker", lastSeen: { "\(workers)" }) {
                            workers = try await gateway.program.http.send("GET", "/api/v2/workers").json["workers"]
                            return workers.array?.compactMap { $0["active"].bool } == [true]
                        }
                    }
                }
                // Whoever led: the one with the wrong clock leads as well.
                try clock.move(by: 3600)
                try await right.kill()
                let last = try site.shell("exit 9")
                try await wrong.api.submit(last)
                #expect(try await wrong.api.waitForEnd(last.jid)["message"] == "exited (9)")
                #expect(try await wrong.api.waitForEnd(long.jid)["message"] == "exited (5)")
                #expect(try await site.starts(on: docker) == Array(repeating: 1, count: 8))
            }
        }

        @Test(arguments: [-7200, 7200])
        func `Programs that start by a wrong clock run jobs, one after the other`(offset: Int) async throws {
            let docker = try await Services.docker
            let clock = try MovableClock()
            try clock.move(by: offset)
            try await withSite { site in
                let gateway = try await site.gateway(clock.environment)
                let worker = try await site.worker(on: docker, clock.environment)
                // Longer than a worker, or a gateway, is the active one without its timers.
                for request in [try site.shell("sleep 12; exit 4"), try site.shell("exit 6")] {
                    try await gateway.api.submit(request)
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(40))
                    #expect(ended["status"] == "finishedWithError", "\(ended)")
                }
                for program in [gateway, worker] as [any ProgramFixture] { try showsTime(program, movedBy: offset) }
            }
        }

        @Test func `A job on Cromwell is not ended because its worker's clock is a day ahead`() async throws {
            let clock = try MovableClock()
            try await withSite { site in
                let cromwell = try await CromwellUnderTest()
                do {
                    let gateway = try await site.gateway(["CONTAINER_ENV": "cromwell"])
                    let worker = try WorkerProcess(
                        amqpURL: site.broker.url, queuePrefix: site.prefix, backend: cromwell,
                        storage: site.storage.path,
                        environment: clock.environment.merging([
                            "TIMELIMIT_MINUTES": "5", "CROMWELL_OVERTIME_MINUTES": "5",
                        ]) { $1 })
                    try await worker.start()
                    let request = try site.shell("sleep 8; echo whole")
                    try await gateway.api.submit(request)
                    try await gateway.api.waitFor(request.jid, status: ["started"])
                    try clock.move(by: 86_400)
                    let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(40))
                    #expect(ended["logs"] == "whole\n" && ended["status"] == "finishedSuccessfully", "\(ended)")
                    try await worker.kill()
                } catch {
                    await cromwell.stop()
                    throw error
                }
                await cromwell.stop()
            }
        }

        /// That the program's clock was moved: else the test would prove nothing.
        private func showsTime(_ program: any ProgramFixture, movedBy offset: Int) throws {
            let line = program.log.lines(last: 1).first ?? ""
            let word = try #require(line.split(separator: " ").first)
            let time = try Date(String(word), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            #expect(abs(time.timeIntervalSinceNow - Double(offset)) < 60, "\(line)")
        }
    }
}
