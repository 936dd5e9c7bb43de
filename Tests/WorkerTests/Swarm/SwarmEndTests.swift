import Core
import Foundation
import Support
import Testing

@testable import Worker

/// How jobs end on a real swarm, and how they are removed.
@Suite(.enabled(if: TestParts.include("swarm")), .sharedSwarm, .timeLimit(.minutes(5)))
struct SwarmEndTests {
    let bench: SwarmBench

    init() throws { bench = try SharedSwarm.bench }

    @Test func `An image that is nowhere ends the job, and is named`() async throws {
        let ended = try await bench.run(try bench.request("true", image: "registry.invalid/none:1"))
        #expect(ended.status == .finishedWithError)
        #expect(ended.message.hasPrefix("preparing: rejected: No such image: registry.invalid/none:1"), "\(ended)")
        #expect(ended.exitCode == nil)
    }

    @Test func `A directory that is missing ends the job, and is named`() async throws {
        let request = try bench.request("true", folders: false)
        let ended = try await bench.run(request)
        #expect(ended.status == .finishedWithError)
        #expect(ended.message.contains("\(request.job)/in"), "\(ended)")
    }

    @Test func `A program that is not in the image ends the job`() async throws {
        let made = try bench.request("true")
        let request = Core.JobRequest(
            job: made.job, user: made.user, image: made.image, entrypoint: ["/bin/nope"], arguments: [], pathFlags: [],
            type: .fs, input: made.input, output: made.output, environment: [], resources: made.resources)
        let ended = try await bench.run(request)
        #expect(ended.status == .finishedWithError)
        #expect(ended.message.contains("is the program in the image?"), "\(ended)")
    }

    @Test func `A job that uses more than its memory ends with that said`() async throws {
        let changed = try await bench.changed(["MEMORY_HARD_LIMIT": "yes"])
        let (object, _) = try await changed.start(try bench.request("tail /dev/zero", memory: 16))
        let ended = try await changed.wait(for: object, "the job ends") { $0.status.isFinal }
        #expect(ended.status == .finishedWithError)
        #expect(ended.message.hasSuffix(": out of memory"), "\(ended)")
    }

    @Test func `A killed job says so`() async throws {
        let (object, _) = try await bench.start(try bench.request("sleep 600"))
        _ = try await bench.wait(for: object, "it runs") { $0.status == .started }
        let task = try #require(try await bench.swarm.tasks(of: object.text).first)
        let container = task["Status"]["ContainerStatus"]["ContainerID"].string ?? ""
        #expect(try await bench.swarm.docker.api.send("POST", "/containers/\(container)/kill").status == 204)
        let ended = try await bench.wait(for: object, "it ends") { $0.status.isFinal }
        #expect(ended.message == "started: failed (137): killed")
        #expect(ended.exitCode == 137)
    }

    @Test func `Much output is cut at lines and at bytes`() async throws {
        let ended = try await bench.run(try bench.request("seq 1500"))
        let lines = (ended.logs ?? "").split(separator: "\n")
        #expect(lines.count == 1000 && lines.first == "501" && lines.last == "1500")
        let changed = try await bench.changed(["JOB_LOGS_MAX_BYTES": "1000"])
        let (object, _) = try await changed.start(try bench.request("seq 1500"))
        let short = try await changed.wait(for: object, "the job ends") { $0.status.isFinal }
        #expect((short.logs ?? "").utf8.count <= 1000)
        #expect(short.logs?.hasPrefix(LogTail.marker) == true)
    }

    @Test func `A running job's output can be read, and removing it returns when its container is gone`() async throws {
        let request = try bench.request("trap '' TERM; echo begun; while sleep 0.1; do :; done")
        let (object, submission) = try await bench.start(request)
        _ = try await bench.wait(for: object, "it runs") { $0.status == .started }
        try await eventually("its output is seen") { try await bench.engine.tail(of: object) == "begun\n" }
        #expect(try await bench.engine.remove(object, of: submission))
        let label = "\(JobLabels.submission)=\(submission.label)"
        #expect(try await bench.swarm.docker.containers(labelled: label).isEmpty)
        #expect(try await bench.swarm.countObjects(of: request.job.text, installation: bench.installation) == 0)
        #expect(try await bench.engine.report(on: object) == nil)
        #expect(try await bench.engine.tail(of: object) == nil)
    }

    @Test func `A stranger's service under the job's name is not touched`() async throws {
        let request = try bench.request("echo ours")
        let stranger = try await bench.swarm.startStranger(named: request.job.text)
        let object = try ObjectID(stranger)
        let (ours, submission) = try await bench.start(request)
        #expect(try await bench.wait(for: ours, "it ends") { $0.status.isFinal }.logs == "ours\n")
        #expect(try await bench.engine.tail(of: object) == nil)
        #expect(try await bench.engine.remove(object, of: submission) == false)
        #expect(try await bench.engine.remove(ours, of: submission))
        #expect(try await bench.swarm.strangerRuns(stranger))
    }

    @Test func `Changes name a job that another worker started, as it waits, runs and ends`() async throws {
        let changes = try await bench.engine.changes()
        let other = try await bench.changed([:])
        let request = try bench.request("while ! [ -e /share/outgoing/end ]; do sleep 0.1; done")
        let (object, _) = try await other.start(request)
        var hints = changes.makeAsyncIterator()
        var last: StatusReport?
        while last?.status != .started, let hint = try await hints.next() {
            if hint == object { last = try await bench.engine.report(on: object)?.status }
        }
        try bench.storage.write("", to: "\(request.job)/out/end")
        while last?.status.isFinal != true, let hint = try await hints.next() {
            if hint == object { last = try await bench.engine.report(on: object)?.status }
        }
        #expect(last?.status == .finishedSuccessfully)
    }
}
