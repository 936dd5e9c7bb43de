import Core
import Foundation
import Glibc
import Support
import Testing

@testable import Worker

/// What is removed, and what happens when slurmctld dies, on a real Slurm.
@Suite(.enabled(if: TestParts.include("slurm")), .serialized)
struct SlurmLossTests {
    @Test func `a job is removed while held, running and ended, and a stranger's never`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let stranger = try await fixture.cluster.startStranger(named: "held")
            let submission = try SlurmFixture.submission("held")
            let held = try await engine.hold(submission, try fixture.script("held", "sleep 300"))
            #expect(held.name?.hasPrefix("held-") == true)
            #expect(try await engine.report(on: held.id)?.isHeld == true)
            #expect(try await engine.find(submission).map(\.state) == [.held])
            #expect(try await engine.find(try SlurmFixture.submission("held")).isEmpty)
            let other = try SlurmFixture.submission("held")
            #expect(try await engine.remove(held.id, of: other) == false)
            #expect(try await engine.list().map(\.id) == [held.id])

            let (running, runningSubmission) = try await fixture.started(
                try fixture.script("running", "sleep 300"), on: engine)
            try await fixture.waitUntilRunning(running, on: engine)
            let (ended, endedSubmission) = try await fixture.started(try fixture.script("ended", "true"), on: engine)
            _ = try await fixture.ended(ended, on: engine)
            #expect(Set(try await engine.list().map(\.state)) == [.held, .running, .ended])

            for (object, submission) in [(held.id, submission), (running, runningSubmission), (ended, endedSubmission)]
            {
                #expect(try await engine.remove(object, of: submission))
                #expect(try await engine.remove(object, of: submission) == false)
                #expect(try await engine.report(on: object) == nil)
                #expect(try await engine.tail(of: object) == nil)
                #expect(try await engine.start(HeldObject(id: object, name: nil)) == .overtaken)
            }
            #expect(try await engine.list().isEmpty)
            #expect(try await fixture.cluster.countObjects(of: "running", installation: "pman.") == 0)
            #expect(try await fixture.cluster.strangerRuns(stranger))
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.cluster.logDirectory) == ["pman"])
        }
    }

    @Test func `what slurmctld loses when it is killed is submitted again and runs once`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let mark = "echo once >>/share/outgoing/starts; sleep 5"
            let submission = try SlurmFixture.submission("held")
            let held = try await engine.hold(submission, try fixture.script("held", mark))
            let (queued, _) = try await fixture.started(
                try fixture.request("queued", ["/bin/sh", "-c", mark, "sh"], cpus: 32_000), on: engine)
            try await fixture.cluster.kill()
            await #expect(performing: { _ = try await engine.list() }, throws: Self.isAway)
            try await fixture.cluster.restart()

            #expect(try await engine.report(on: held.id)?.isHeld == true)
            #expect(try await fixture.ended(queued, on: engine, within: .seconds(90)).message == "exited (0)")
            try await eventually("Slurm has the held one again") {
                _ = try await engine.report(on: held.id)
                return try await engine.list().contains { $0.id == held.id }
            }
            #expect(try await engine.find(submission).map(\.state) == [.held])
            #expect(try await engine.start(held) == .started)
            #expect(try await engine.start(held) == .started)
            #expect(try await fixture.ended(held.id, on: engine).message == "exited (0)")
            #expect(fixture.output("held", "starts") == "once\n")
            #expect(fixture.output("queued", "starts") == "once\n")
        }
    }

    @Test func `a job that has just begun when slurmctld is killed ends, and never begins again`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let (object, submission) = try await fixture.started(
                try fixture.script("young", "echo once >>/share/outgoing/starts; sleep 8"), on: engine)
            try await eventually(every: .milliseconds(20), "it has begun") {
                fixture.output("young", "starts") == "once\n"
            }
            try await fixture.cluster.kill()
            try await fixture.cluster.restart()
            let report = try await fixture.ended(object, on: engine, within: .seconds(120))
            #expect(["exited", "dead"].contains { report.message.hasPrefix($0) }, "\(report)")
            #expect(fixture.output("young", "starts") == "once\n")
            #expect(try await engine.find(submission).allSatisfy { $0.state == .ended })
        }
    }

    @Test func `a job that Slurm was given twice runs once`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let slurm = try #require(engine as? SlurmEngine)
            let (object, submission) = try await fixture.started(
                try fixture.script("twice", "echo once >>/share/outgoing/starts; sleep 3; exit 4"), on: engine)
            try await slurm.submitAgain(object, isHeld: false)
            try await slurm.submitAgain(object, isHeld: true)
            let report = try await fixture.ended(object, on: engine)
            #expect(report.message == "exited (4)", "\(report)")
            try await eventually("the second one refuses to run") {
                try await fixture.cluster.jobs().filter { $0["job_state"].string == "FAILED" }.count >= 2
            }
            #expect(fixture.output("twice", "starts") == "once\n")
            #expect(try await engine.remove(object, of: submission))
            #expect(try await fixture.cluster.countObjects(of: "twice", installation: "pman.") == 0)
        }
    }

    @Test func `an end that Slurm has forgotten is told from the record`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let (object, _) = try await fixture.started(try fixture.script("gone", "echo said; exit 5"), on: engine)
            try await eventually("it is over") {
                FileManager.default.fileExists(atPath: "\(fixture.cluster.logDirectory)/\(object)/ended")
            }
            try await fixture.cluster.kill()
            try fixture.cluster.forget()
            try await fixture.cluster.restart()
            let report = try #require(try await engine.report(on: object)?.status)
            #expect(report.message == "exited (5)" && report.exitCode == 5 && report.logs == "said\n", "\(report)")
        }
    }

    @Test func `a controller that is away, or frozen, is no absence of jobs`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let (object, _) = try await fixture.started(try fixture.script("away", "sleep 600"), on: engine)
            try await fixture.waitUntilRunning(object, on: engine)
            try await fixture.cluster.killController()
            // The last snapshot may still serve once.
            try await eventually("its absence is noticed") {
                do {
                    _ = try await engine.report(on: object)
                    return false
                } catch { return Self.isAway(error) }
            }
            await #expect(performing: { try await engine.ping() }, throws: Self.isAway)
            await #expect(performing: { _ = try await engine.list() }, throws: Self.isAway)
            let request = try fixture.script("new", "true")
            await #expect(
                performing: { _ = try await engine.hold(try SlurmFixture.submission("new"), request) },
                throws: Self.isAway)
            try await fixture.cluster.restart()
            try await engine.ping()
            let report = try await engine.report(on: object)
            #expect(report?.status.status == .started, "\(String(describing: report))")
            fixture.cluster.freeze()
            await #expect(performing: { try await engine.ping() }, throws: Self.isAway)
            fixture.cluster.thaw()
            try await eventually("it answers again") {
                try await engine.ping()
                return true
            }
        }
    }

    @Test func `a worker comes over TCP with a token that is read again each time`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, id) = try await fixture.engine(overTCP: true)
            #expect(id.text == fixture.cluster.clusterName)
            let (object, _) = try await fixture.started(try fixture.script("tcp", "echo hello"), on: engine)
            #expect(try await fixture.ended(object, on: engine).logs == "hello\n")
            let token = try String(contentsOfFile: fixture.cluster.tokenFile, encoding: .utf8)
            try Data("wrong".utf8).write(to: URL(fileURLWithPath: fixture.cluster.tokenFile))
            await #expect(performing: { try await engine.ping() }, throws: Self.isAway)
            try Data(token.utf8).write(to: URL(fileURLWithPath: fixture.cluster.tokenFile))
            try await engine.ping()
        }
    }

    @Test func `changes are told within the interval of the polls`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let changes = try await engine.changes()
            let (object, _) = try await fixture.started(try fixture.script("seen", "true"), on: engine)
            let seen = Task {
                for try await change in changes where change == object { return true }
                return false
            }
            let limit = Task {
                try await Task.sleep(for: .seconds(30))
                seen.cancel()
            }
            #expect(try await seen.value)
            limit.cancel()
        }
    }

    private static func isAway(_ error: any Error) -> Bool {
        if case .away = error as? EngineTrouble { true } else { false }
    }
}
