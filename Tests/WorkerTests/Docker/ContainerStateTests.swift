import Core
import Foundation
import Testing

@testable import Worker

@Suite struct ContainerStateTests {
    private func report(_ json: String) throws -> StatusReport {
        StatusReport(try JSONDecoder().decode(ContainerState.self, from: Data(json.utf8)))
    }

    private let times = #""StartedAt":"2026-01-01T00:00:00Z","FinishedAt":"2026-01-01T00:00:09Z""#

    @Test(
        "what a container is becomes the status and the message that clients know",
        arguments: [
            ("running", 0, false, JobStatus.started, "running"), ("paused", 0, false, .started, "paused"),
            ("exited", 0, false, .finishedSuccessfully, "exited (0)"),
            ("stopped", 0, false, .finishedSuccessfully, "exited (0)"),
            ("exited", 3, false, .finishedWithError, "exited (3)"),
            ("exited", 137, true, .finishedWithError, "exited (137): out of memory"),
            ("exited", 0, true, .finishedWithError, "exited (0): out of memory"),
            ("exited", 137, false, .finishedWithError, "exited (137): killed"),
            ("dead", 0, false, .finishedWithError, "dead (0)"), ("removing", 0, false, .started, "removing"),
        ])
    func states(word: String, code: Int, isOutOfMemory: Bool, status: JobStatus, message: String) throws {
        let report = try report(
            #"{"Status":"\#(word)","ExitCode":\#(code),"OOMKilled":\#(isOutOfMemory),\#(times)}"#)
        #expect(report.status == status)
        #expect(report.message == message)
    }

    @Test func `the time is when it ended, else when it started`() throws {
        #expect(try report(#"{"Status":"exited","ExitCode":0,\#(times)}"#).timestamp == "2026-01-01T00:00:09Z")
        let running = #"{"Status":"running","StartedAt":"2026-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"}"#
        #expect(try report(running).timestamp == "2026-01-01T00:00:00Z")
    }

    @Test(
        "a container that was never started waits, whatever word the engine has for it",
        arguments: ["created", "configured", "initialized"])
    func held(word: String) throws {
        let report = try report(#"{"Status":"\#(word)","StartedAt":"0001-01-01T00:00:00Z"}"#)
        #expect(report.status == .notstarted)
        #expect(report.message == "created")
    }

    @Test func `the engine's own error is on one line of the message`() throws {
        let report = try report(#"{"Status":"exited","ExitCode":127,"Error":"no\nsuch \u001b[31mthing",\#(times)}"#)
        #expect(report.message == "exited (127): no such  [31mthing")
    }
}
