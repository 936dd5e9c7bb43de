import Core
import Foundation
import Logging
import Program
import Support
import Testing

@testable import Worker

/// Swarms that are hurt, or are made in another way.
@Suite(.enabled(if: TestParts.include("swarm")), .serialized, .timeLimit(.minutes(10)))
struct SwarmTroubleTests {
    @Test func `A swarm behind TLS is reached with the certificates of DOCKER_CERT_PATH, and not without`()
        async throws
    {
        try await SwarmBench.with(usesTLS: true) { bench in
            let ended = try await bench.run(try bench.request("echo hello"))
            #expect(ended.logs == "hello\n")
            var values = bench.swarm.workerVariables(storage: bench.storage.path)
            let empty = try bench.storage.folder("no-certificates")
            try FileManager.default.copyItem(
                atPath: "\(values["DOCKER_CERT_PATH"] ?? "")/ca.pem", toPath: "\(empty)/ca.pem")
            values["DOCKER_CERT_PATH"] = empty
            let bare = try DockerConnection(context(values))
            await #expect(throws: DockerError.self) { try await bare.calls.swarmID() }
            values["DOCKER_TLS_VERIFY"] = ""
            let plain = try DockerConnection(context(values))
            await #expect(throws: DockerError.self) { try await plain.calls.swarmID() }
        }
    }

    private func context(_ values: [String: String]) throws -> BackendContext {
        let reader = SettingsReader(values)
        return BackendContext(
            reader: reader, settings: try WorkerSettings(reader), logger: Logger(label: "test"))
    }

    @Test func `An engine without a swarm is away, and says what to do`() async throws {
        try await withPrivateDocker { docker in
            let client = try DockerConnection(
                context(["DOCKER_HOST": docker.dockerHost, "STORAGE_TYPE": "host", "STOREBASE": "/s"])
            ).calls
            do throws(DockerError) {
                _ = try await client.swarmID()
                Issue.record("a swarm was found")
            } catch {
                guard case .away(let reason) = SwarmTrouble.general(error) else {
                    Issue.record("\(error)")
                    return
                }
                #expect(reason.contains("docker swarm init") && reason.contains("CONTAINER_ENV=swarm"), "\(reason)")
            }
        }
    }

    @Test func `GPUs are reserved, and a job waits for one that is in use`() async throws {
        try await SwarmBench.with(gpus: 1) { bench in
            let first = try bench.request("while ! [ -e /share/outgoing/end ]; do sleep 0.1; done", gpus: 1)
            let (firstObject, _) = try await bench.start(first)
            _ = try await bench.wait(for: firstObject, "the first runs") { $0.status == .started }
            // The shell keeps a variable with such a name from its programs, and would become its last one.
            let second = try bench.request(#"tr '\0' '\n' < /proc/1/environ; true"#, gpus: 1)
            let (object, _) = try await bench.start(second)
            let waiting = try await bench.wait(for: object, "the second waits") {
                $0.message.contains("no suitable node")
            }
            #expect(waiting.status == .notstarted)
            try bench.storage.write("", to: "\(first.job)/out/end")
            let ended = try await bench.wait(for: object, "the second ends") { $0.status.isFinal }
            #expect(ended.logs?.contains("DOCKER_RESOURCE_NVIDIA-GPU=gpu-0") == true, "\(ended)")
        }
    }

    @Test func `Swarm forgets no ended task, also where it keeps no history`() async throws {
        try await SwarmBench.with { bench in
            let docker = bench.swarm.docker
            let swarm = try await docker.get("/swarm")
            var spec = try #require(swarm["Spec"].object)
            spec["Orchestration"] = ["TaskHistoryRetentionLimit": 0]
            let changed = try await docker.api.send(
                "POST", "/swarm/update?version=\(swarm["Version"]["Index"].int ?? 0)",
                headers: ["Content-Type": "application/json"], body: TestJSON.object(spec).bytes)
            #expect(changed.status == 200, "\(changed.text)")
            // A rejected task ends within the quarter of a second in which Swarm tidies up after a new one.
            for _ in 0..<10 {
                let request = try bench.request("true", image: "nowhere/none:1")
                let (object, _) = try await bench.start(request)
                _ = try await bench.wait(for: object, "it ends") { $0.status.isFinal }
                try await Task.sleep(for: .milliseconds(600))
                #expect(try await bench.swarm.tasks(of: object.text).count == 1)
                #expect(try await bench.engine.report(on: object)?.status.status == .finishedWithError)
            }
        }
    }

    @Test func `A killed engine ends its jobs, and none runs again`() async throws {
        try await SwarmBench.with { bench in
            let running = try bench.request("echo ran >> /share/outgoing/ran; sleep 600")
            let done = try bench.request("echo ran >> /share/outgoing/ran")
            let waiting = try bench.request("echo ran >> /share/outgoing/ran")
            let (doneObject, _) = try await bench.start(done)
            _ = try await bench.wait(for: doneObject, "one is done") { $0.status.isFinal }
            let (runningObject, submission) = try await bench.start(running)
            _ = try await bench.wait(for: runningObject, "one runs") { $0.status == .started }
            let held = try await bench.engine.hold(bench.submission(waiting), waiting)

            try await bench.swarm.kill()
            await #expect(throws: EngineTrouble.self) { try await bench.engine.ping() }
            try await bench.swarm.restart()

            let ended = try await bench.wait(for: runningObject, "its end is seen", within: .seconds(60)) {
                $0.status.isFinal
            }
            #expect(ended.status == .finishedWithError)
            #expect(try await bench.engine.report(on: doneObject)?.status.status == .finishedSuccessfully)
            #expect(try await bench.engine.report(on: held.id)?.isHeld == true)
            #expect(try await bench.engine.start(held) == .started)
            _ = try await bench.wait(for: held.id, "the held one ends") { $0.status.isFinal }
            #expect(bench.output(running, "ran") == "ran\n")
            #expect(bench.output(done, "ran") == "ran\n")
            #expect(bench.output(waiting, "ran") == "ran\n")
            #expect(try await bench.engine.remove(runningObject, of: submission))
        }
    }
}
