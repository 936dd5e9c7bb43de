import Core
import Foundation
import Support
import Testing

@testable import Worker

/// On a real swarm.
@Suite(.enabled(if: TestParts.include("swarm")), .sharedSwarm, .timeLimit(.minutes(5)))
struct SwarmEngineTests {
    let bench: SwarmBench

    init() throws { bench = try SharedSwarm.bench }

    @Test func `A held service has no task, and is found by its submission only`() async throws {
        let request = try bench.request("true")
        let submission = bench.submission(request)
        let held = try await bench.engine.hold(submission, request)
        #expect(held.name?.hasPrefix(request.job.text + "-") == true)
        let found = try await bench.engine.find(submission)
        #expect(found.map(\.id) == [held.id])
        #expect(found.first?.state == .held)
        #expect(found.first?.resources.cpuMillicores == 10)
        #expect(try await bench.engine.find(bench.submission(request)).isEmpty)
        let report = try await bench.engine.report(on: held.id)
        #expect(report?.isHeld == true)
        #expect(report?.status.message == "created")
        #expect(try await bench.swarm.tasks(of: held.id.text).isEmpty)
        let strangers = try await SwarmBench(on: bench.swarm, storage: bench.storage, installation: "other.")
        #expect(try await strangers.engine.find(submission).isEmpty)
        #expect(try await !strangers.engine.list().contains { $0.id == held.id })
        #expect(try await strangers.engine.remove(held.id, of: submission) == false)
        #expect(try await strangers.engine.start(held) == .overtaken)
        #expect(try await bench.engine.remove(held.id, of: bench.submission(request)) == false)
        #expect(try await bench.engine.remove(held.id, of: submission))
        #expect(try await bench.engine.remove(held.id, of: submission) == false)
        #expect(try await bench.engine.report(on: held.id) == nil)
        #expect(try await bench.engine.start(held) == .overtaken)
    }

    @Test func `Of many who start a service at once it runs once, and starting it again does nothing`() async throws {
        let request = try bench.request("echo ran >> /share/outgoing/ran; exit 3")
        let held = try await bench.engine.hold(bench.submission(request), request)
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let outcome = try await bench.engine.start(held)
                    #expect(outcome == .started)
                }
            }
        }
        let ended = try await bench.wait(for: held.id, "the job ends") { $0.status.isFinal }
        #expect(ended.message == "started: failed (3)")
        #expect(try await bench.engine.start(held) == .started)
        #expect(try await bench.engine.list().first { $0.id == held.id }?.state == .ended)
        #expect(bench.output(request, "ran") == "ran\n")
        #expect(try await bench.swarm.tasks(of: held.id.text).count == 1)
    }

    @Test func `An update with an old version is refused, so nobody starts what another has changed`() async throws {
        let request = try bench.request("true")
        let held = try await bench.engine.hold(bench.submission(request), request)
        let engine = try #require(bench.engine as? SwarmEngine)
        let seen = try #require(try await engine.inspect(held.id))
        #expect(try await engine.start(held) == .started)
        let again = try #require(seen.specification(replicas: 1))
        let error = await #expect(throws: DockerError.self) {
            try await engine.calls.updateService(seen.id, version: seen.version, again)
        }
        guard case .status(_, let message)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(SwarmTrouble.meansOvertaken(message))
    }

    @Test func `A job has no more rights than the policy gives it`() async throws {
        let strict = try await bench.changed([
            "DROP_PRIVILEGES": "yes", "READ_ONLY_ROOT": "yes", "JOB_PIDS_LIMIT": "20",
        ])
        let request = try strict.request(
            "grep CapBnd /proc/self/status; for place in / /tmp /share/outgoing; do "
                + "if echo x 2>/dev/null > $place/file; then echo wrote $place; fi; done; "
                + "i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done 2>/dev/null; echo reached the end")
        let ended = try await strict.run(request)
        #expect(
            ended.logs == "CapBnd:\t0000000000000000\nwrote /tmp\nwrote /share/outgoing\n", "\(ended.logs ?? "")")
    }

    @Test func `A job reads its input, writes its output, and says what it printed`() async throws {
        let request = try bench.request(
            "cat /share/incoming/in; echo error >&2; touch /share/incoming/x || echo read-only; "
                + "cp /share/incoming/in /share/outgoing/out", image: "local/pmt-ep:1")
        try bench.storage.write("hello\n", to: "\(request.job)/in/in")
        let ended = try await bench.run(request)
        #expect(ended.status == .finishedSuccessfully)
        #expect(ended.message == "finished (0)")
        #expect(ended.exitCode == 0)
        let lines = Set((ended.logs ?? "").split(separator: "\n").map(String.init))
        #expect(lines.isSuperset(of: ["hello", "error", "read-only"]), "\(lines)")
        #expect(ended.logs?.contains("\r") == false)
        #expect(ended.logs?.contains("IMG-EP") == false)
        #expect(bench.output(request, "out") == "hello\n")
    }

    @Test func `Nothing in a job's words, environment or paths is taken for a template`() async throws {
        let values = ["{{.Service.Name}}", "{{", "{{{{x", "{{{", "}}", "a{{\"b\"}}", "{{\"{{\"}}", "$HOME `id` '\"\\"]
        let environment = values.enumerated().map { "V\($0.offset)=\($0.element)" }
        var script = "printf '%s\\n' \"$0\""
        for index in values.indices { script += " \"$V\(index)\"" }
        let made = try bench.request(script + " > /share/outgoing/values", environment: environment)
        let folder = "\(made.job)/{{.Node.Hostname}}: a,b"
        chmod(try bench.storage.folder(folder), 0o777)
        let request = Core.JobRequest(
            job: made.job, user: made.user, image: made.image,
            entrypoint: made.entrypoint + ["{{.Task.Name}}"], arguments: [], pathFlags: [], type: .fs,
            input: made.input, output: try StoragePath(folder), environment: made.environment,
            resources: made.resources)
        let ended = try await bench.run(request)
        #expect(ended.status == .finishedSuccessfully, "\(ended)")
        #expect(
            try bench.storage.read(folder + "/values") == (["{{.Task.Name}}"] + values).joined(separator: "\n") + "\n")
    }

    @Test func `User, group, home, labels, limits and shared memory are as the worker's variables say`() async throws {
        let changed = try await bench.changed([
            "CONTAINER_USER": "1234:2345", "ENABLE_HOME_WORKAROUND": "yes", "SHM_SIZE": "100", "JOB_LABELS": "team=a",
            "MEMORY_HARD_LIMIT": "yes",
        ])
        let request = try bench.request(
            "id; echo HOME=$HOME; df -m /dev/shm | tail -n 1; echo x > /dev/shm/x && echo written; sleep 0.2",
            cpu: 500, memory: 64)
        let (object, _) = try await changed.start(request)
        let ended = try await changed.wait(for: object, "the job ends") { $0.status.isFinal }
        let logs = ended.logs ?? ""
        #expect(logs.contains("uid=1234 gid=0 groups=0,2345") || logs.contains("uid=1234 gid=0 groups=2345"), "\(logs)")
        #expect(logs.contains("HOME=/tmp\n"))
        #expect(logs.contains(" 100 "), "\(logs)")
        #expect(logs.contains("written"))
        let task = try #require(try await bench.swarm.tasks(of: object.text).first)
        let container = try await bench.swarm.docker.get(
            "/containers/\(task["Status"]["ContainerStatus"]["ContainerID"].string ?? "")/json")
        #expect(container["HostConfig"]["NanoCpus"] == 500_000_000)
        #expect(container["HostConfig"]["Memory"] == 67_108_864)
        #expect(container["Config"]["Labels"]["team"] == "a")
        #expect(container["Config"]["Labels"][JobLabels.job].string == request.job.text)
        #expect(container["Config"]["Tty"] == false)
    }

    @Test func `A worker that ignores limits sends none`() async throws {
        let changed = try await bench.changed(["IGNORE_LIMITS": "yes"])
        let request = try bench.request("true", cpu: 900_000, memory: 1 << 30)
        let (object, _) = try await changed.start(request)
        let ended = try await changed.wait(for: object, "the job ends") { $0.status.isFinal }
        #expect(ended.status == .finishedSuccessfully, "\(ended)")
    }

    @Test(arguments: [(cpu: 900_000, memory: 0, gpus: 0), (0, 1 << 30, 0), (0, 0, 1)])
    func `What no node has is refused`(cpu: Int, memory: Int, gpus: Int) async throws {
        let request = try bench.request("true", cpu: cpu, memory: memory, gpus: gpus)
        let error = await #expect(throws: EngineTrouble.self) {
            try await bench.engine.hold(bench.submission(request), request)
        }
        guard case .permanent(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("no node of the swarm"))
    }

    @Test func `A job that finds no room waits and says why, and runs when there is room`() async throws {
        let cpus = try #require(try await bench.swarm.docker.get("/info")["NCPU"].int)
        let big = try bench.request("while ! [ -e /share/outgoing/end ]; do sleep 0.1; done", cpu: cpus * 1000 - 500)
        let (bigObject, _) = try await bench.start(big)
        _ = try await bench.wait(for: bigObject, "the first runs") { $0.status == .started }
        let (object, _) = try await bench.start(try bench.request("true", cpu: 600))
        let waiting = try await bench.wait(for: object, "the second waits") { $0.message.contains("no suitable node") }
        #expect(waiting.status == .notstarted)
        #expect(waiting.message.contains("insufficient resources on 1 node"))
        try bench.storage.write("", to: "\(big.job)/out/end")
        #expect(try await bench.wait(for: object, "it ends") { $0.status.isFinal }.status == .finishedSuccessfully)
    }

    @Test func `Several workers run side by side, and one that fails fails the job`() async throws {
        let good = try bench.request("echo ran >> /share/outgoing/ran; echo out", workers: 3)
        let ended = try await bench.run(good)
        #expect(ended.status == .finishedSuccessfully, "\(ended)")
        #expect(bench.output(good, "ran") == "ran\nran\nran\n")
        #expect(ended.logs == "out\nout\nout\n")
        // mkdir lets one of them pass.
        let bad = try await bench.run(try bench.request("mkdir /share/outgoing/first || exit 6", workers: 2))
        #expect(bad.status == .finishedWithError)
        #expect(bad.message == "started: failed (6) (1 of 2 workers failed)")
    }
}
