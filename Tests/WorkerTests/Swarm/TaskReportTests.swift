import Core
import Testing

@testable import Worker

@Suite struct TaskReportTests {
    private func report(_ tasks: [SwarmTaskFixture], replicas: Int = 1) throws -> StatusReport {
        TaskSlots(try tasks.map { try $0.task }, replicas: replicas).report
    }

    private func one(_ change: (inout SwarmTaskFixture) -> Void) throws -> StatusReport {
        var task = SwarmTaskFixture()
        change(&task)
        return try report([task])
    }

    @Test(
        arguments: [
            ("new", JobStatus.notstarted), ("allocated", .notstarted), ("pending", .notstarted),
            ("assigned", .notstarted), ("accepted", .notstarted), ("preparing", .notstarted), ("ready", .notstarted),
            ("starting", .notstarted), ("running", .started), ("complete", .finishedSuccessfully),
            ("failed", .finishedWithError), ("shutdown", .finishedWithError), ("rejected", .finishedWithError),
            ("orphaned", .finishedWithError), ("remove", .finishedWithError), ("surprise", .started),
        ])
    func `Each state of a task has a status`(state: String, status: JobStatus) throws {
        #expect(try one { $0.state = state }.status == status)
    }

    @Test func `A message begins with the task's own and tells the exit code`() throws {
        let running = try one { _ in }
        #expect(running.message == "started")
        #expect(running.timestamp == "2026-01-01T00:00:01.5Z")
        let complete = try one {
            $0.state = "complete"
            $0.message = "finished"
        }
        #expect(complete.message == "finished (0)")
        #expect(complete.exitCode == 0)
        let failed = try one {
            $0.state = "failed"
            $0.error = "task: non-zero exit (3)"
            $0.exitCode = 3
        }
        #expect(failed.message == "started: failed (3)")
        #expect(failed.exitCode == 3)
    }

    @Test func `A task that waits says why`() throws {
        let pending = try one {
            $0.state = "pending"
            $0.message = "pending task scheduling"
            $0.error = "no suitable node (insufficient resources on 1 node)"
        }
        #expect(pending.message == "pending task scheduling: no suitable node (insufficient resources on 1 node)")
        #expect(pending.timestamp == nil)
        #expect(try one { $0.state = "assigned" }.message == "created")
    }

    @Test func `A rejected task says what it lacks, and has no exit code`() throws {
        let image = try one {
            $0.state = "rejected"
            $0.message = "preparing"
            $0.error = "No such image: nowhere/none:1"
            $0.container = ""
        }
        #expect(image.message.hasPrefix("preparing: rejected: No such image: nowhere/none:1 ("))
        #expect(image.exitCode == nil)
        let folder = try one {
            $0.state = "rejected"
            $0.message = "preparing"
            $0.error = #"invalid mount config for type "bind": bind source path does not exist: /data/x"#
            $0.container = nil
        }
        #expect(folder.message.contains("/data/x (the storage must be at this path on every node)"))
        let program = try one {
            $0.state = "failed"
            $0.message = "starting"
            $0.error = #"starting container failed: exec: "/bin/nope": stat /bin/nope: no such file or directory"#
            $0.exitCode = 127
        }
        #expect(program.message.hasPrefix("starting: failed (127): starting container failed"))
        #expect(program.message.hasSuffix("(is the program in the image?)"))
    }

    @Test func `A start that the engine forgot says that the job may have run`() throws {
        let forgotten = try one {
            $0.state = "failed"
            $0.message = "starting"
            $0.error = "starting container failed: failed to start shim: mkdir /x: file exists: unknown"
        }
        #expect(forgotten.message.contains("the job may have run"))
    }

    @Test func `Out of memory is told where the container can be seen`() throws {
        var task = SwarmTaskFixture()
        task.state = "failed"
        task.error = "task: non-zero exit (137)"
        task.exitCode = 137
        var slots = TaskSlots([try task.task], replicas: 1)
        #expect(slots.report.message == "started: failed (137): killed, perhaps because memory ran out on its node")
        slots.containers["t1"] = try state(isOutOfMemoryKilled: true)
        #expect(slots.report.message == "started: failed (137): out of memory")
        slots.containers["t1"] = try state(isOutOfMemoryKilled: false)
        #expect(slots.report.message == "started: failed (137): killed")
        // The kernel killed a child, and the program went on as if nothing had happened.
        task.state = "complete"
        task.message = "finished"
        task.exitCode = 0
        slots = TaskSlots([try task.task], replicas: 1)
        slots.containers["t1"] = try state(isOutOfMemoryKilled: true)
        #expect(slots.report.status == .finishedWithError)
        #expect(slots.report.message == "finished (0): out of memory")
    }

    private func state(isOutOfMemoryKilled: Bool) throws -> ContainerState {
        try DockerJSON.decode(
            ContainerState.self, Array(#"{"Status":"exited","OOMKilled":\#(isOutOfMemoryKilled)}"#.utf8))
    }

    @Test func `Of each slot the newest task counts, whatever the order and the digits of its time`() throws {
        var old = SwarmTaskFixture(id: "old", state: "failed")
        old.createdAt = "2026-01-01T00:00:00.07Z"
        var new = SwarmTaskFixture(id: "new", state: "running")
        new.createdAt = "2026-01-01T00:00:00.070001Z"
        #expect(try report([old, new]).status == .started)
        #expect(try report([new, old]).status == .started)
        new.createdAt = "2026-01-01T00:00:00Z"
        #expect(try report([new, old]).status == .finishedWithError)
    }

    @Test func `Several workers: final when all are, an error when one failed`() throws {
        let complete = SwarmTaskFixture(id: "a", slot: 1, state: "complete", message: "finished")
        let running = SwarmTaskFixture(id: "b", slot: 2)
        let failed = SwarmTaskFixture(
            id: "b", slot: 2, state: "failed", error: "task: non-zero exit (4)", exitCode: 4)
        #expect(try report([complete], replicas: 2).status == .started)
        let half = try report([complete, running], replicas: 2)
        #expect(half.status == .started)
        #expect(half.message == "started (1 of 2 workers have ended)")
        let error = try report([complete, failed], replicas: 2)
        #expect(error.status == .finishedWithError)
        #expect(error.message == "started: failed (4) (1 of 2 workers failed)")
        #expect(error.exitCode == 4)
        let other = SwarmTaskFixture(id: "b", slot: 2, state: "complete", message: "finished")
        #expect(try report([complete, other], replicas: 2).status == .finishedSuccessfully)
    }

    @Test func `A service without tasks has been created`() throws {
        #expect(try report([], replicas: 0) == StatusReport(status: .notstarted, message: "created"))
        #expect(try report([], replicas: 1) == StatusReport(status: .notstarted, message: "created"))
    }

    @Test func `A task of a node that is down waits, and ends in the end`() throws {
        let task = SwarmTaskFixture(desired: "shutdown")
        var slots = TaskSlots([try task.task], replicas: 1)
        #expect(slots.newest.map(\.isLeftAlone) == [true])
        slots.lost["t1"] = LostNode(hostname: "east", isGivenUp: false)
        #expect(slots.report.status == .started)
        #expect(slots.report.message == "started: node east is down: waiting until it comes back")
        slots.lost["t1"] = LostNode(hostname: "east", isGivenUp: true)
        #expect(slots.report.status == .finishedWithError)
        #expect(slots.report.message == "started: node east is down and did not come back")
    }
}
