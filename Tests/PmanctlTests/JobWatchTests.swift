import Testing
import Threads

@testable import Pmanctl

@Suite struct JobWatchTests {
    private let job = JobAddress(backend: "docker", jid: "job-1")

    @Test func `A job is followed to its end without a stream of events`() async throws {
        let looks = Locked(0)
        let stub = try StubGateway { request in
            if request.target.hasSuffix("/events") { return .init(status: 404, body: "{}") }
            return
                switch looks.withLock({ count in
                    count += 1; return count
                })
            {
            case 1: .init(body: SampleJob.json(status: "notstarted", waiting: "no room"))
            case 2: .init(status: 503, body: "{}")
            case 3: .init(body: SampleJob.json(status: "started"))
            default: .init(body: SampleJob.json(status: "finishedWithError", exitCode: 3))
            }
        }
        defer { stub.stop() }
        let watch = JobWatch(gateway: try stub.gateway(), job: job, interval: .milliseconds(10))
        var seen: [String] = []
        let ended = try await watch.end(by: nil) { look in
            switch look {
            case .success(let detail): seen.append(JobProgress.text(of: detail))
            case .failure: seen.append("away")
            }
        }
        #expect(ended?.exitCode == 3)
        #expect(Array(seen.prefix(3)) == ["no room, number 3 in line", "away", "running"])
    }

    @Test func `An event is looked after at once`() async throws {
        let hasTold = Locked(false)
        let stub = try StubGateway { request in
            if request.target.hasSuffix("/events") {
                hasTold.withLock { $0 = true }
                return .init(body: "event: history\ndata: {}\n\n", isStream: true)
            }
            let status = hasTold.withLock { $0 } ? "finishedSuccessfully" : "started"
            return .init(body: SampleJob.json(status: status))
        }
        defer { stub.stop() }
        // Without the event the next look would be in an hour.
        let watch = JobWatch(gateway: try stub.gateway(), job: job, interval: .seconds(3600))
        #expect(try await watch.end(by: .now + .seconds(30)) { _ in }?.exitCode == 0)
    }

    @Test func `The wait ends when its time is over`() async throws {
        let stub = try StubGateway { _ in .init(body: SampleJob.json(status: "started")) }
        defer { stub.stop() }
        let watch = JobWatch(gateway: try stub.gateway(), job: job, interval: .seconds(3600))
        #expect(try await watch.end(by: .now + .milliseconds(100)) { _ in } == nil)
    }

    @Test func `A job that is removed meanwhile is exit status 66`() async throws {
        let stub = try StubGateway { _ in .init(status: 404, body: #"{"message": "gone"}"#) }
        defer { stub.stop() }
        let watch = JobWatch(gateway: try stub.gateway(), job: job)
        let trouble = await #expect(throws: Trouble.self) { try await watch.end(by: nil) { _ in } }
        #expect(trouble == Trouble("gone", .notFound))
    }

    @Test(
        arguments: [
            ("finishedSuccessfully", nil, 0), ("finishedSuccessfully", 0, 0), ("finishedWithError", 3, 3),
            ("finishedWithError", nil, 1), ("finishedWithError", 0, 1), ("undefined", nil, 1),
            ("finishedWithError", 256, 1), ("finishedWithError", -1, 1),
        ] as [(String, Int?, Int32)])
    func `The exit status is the job's`(_ status: String, _ code: Int?, _ exit: Int32) throws {
        #expect(try SampleJob.detail(status: status, exitCode: code).exitCode == exit)
    }

    @Test func `A job is shown with all that is known, harmlessly`() throws {
        let detail = try SampleJob.detail(status: "finishedWithError", exitCode: 3, message: "exited\\u001b[2J")
        let now = try #require(Moment.date("2026-01-01T01:00:00Z"))
        let lines = Show.lines(of: detail, at: now, on: .plain)
        #expect(lines.contains("Message:   exited^[[2J"))
        #expect(lines.contains("Ran for:   1m10s"))
        #expect(lines.contains("Exit code: 3"))
        #expect(lines.last == "2026-01-01T00:00:00Z  submitted  by gateway-1")
    }
}
