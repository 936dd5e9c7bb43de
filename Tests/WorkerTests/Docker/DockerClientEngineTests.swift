import Foundation
import HTTPClient
import Support
import Testing

@testable import Worker

/// Against a real engine; see `DockerEngineFixture.endpoint`.
@Suite(.enabled(if: TestParts.include("docker")), .timeLimit(.minutes(2)))
struct DockerClientEngineTests {
    private func status<Value>(_ body: () async throws -> Value) async throws -> Int? {
        do {
            _ = try await body()
            return nil
        } catch DockerError.status(let status, let message) {
            #expect(!message.isEmpty)
            return status
        }
    }

    @Test
    func `the engine tells what it is`() async throws {
        try await DockerEngineFixture.run { fixture in
            try await fixture.client.ping()
            let version = try await fixture.client.version()
            #expect(!version.version.isEmpty)
            #expect(APIVersion(NegotiatedVersion.choose(version)) != nil)
            let info = try await fixture.client.info()
            #expect((info.cpus ?? 0) > 0)
            #expect((info.memoryBytes ?? 0) > 1 << 20)
            #expect(info.serverVersion == version.version)
            #expect(info.osType == "linux")
            #expect(["1", "2"].contains(info.cgroupVersion))
            #expect(!info.swarmState.isEmpty)
            #expect(!info.name.isEmpty)
        }
    }

    @Test
    func `a container goes through its life`() async throws {
        try await DockerEngineFixture.run { fixture in
            let client = fixture.client
            let id = try await fixture.create(script: "echo out; echo err >&2; exit 3") {
                $0.environment = ["A=b"]
                $0.host.nanoCPUs = 500_000_000
                $0.host.memoryReservation = 64 << 20
            }
            let created = try await client.inspectContainer(id)
            #expect(created.id == id)
            #expect(created.name == fixture.name("a"))
            #expect(created.image.hasSuffix(DockerEngineFixture.image))
            #expect(created.imageID.hasPrefix("sha256:"))
            #expect(["created", "configured", "initialized"].contains(created.state.status))
            #expect(!created.state.hasStarted)
            #expect(!created.hasTTY)
            #expect(created.labels[DockerEngineFixture.labelName] == fixture.id)

            #expect(try await client.startContainer(fixture.name("a"), deadline: .seconds(30)))
            let state = try await fixture.ended(id)
            #expect(state.exitCode == 3)
            #expect(state.hasStarted)
            #expect(!state.isOutOfMemoryKilled)
            let log = try await fixture.log(id)
            #expect(log.output == "out\n")
            #expect(log.errors == "err\n")

            let listed = try await client.listContainers(all: true, labels: [fixture.label])
            #expect(listed.map(\.id) == [id])
            #expect(listed.first?.names == [fixture.name("a")])
            #expect(["exited", "stopped"].contains(listed.first?.state))
            #expect((listed.first?.created ?? 0) > 1_600_000_000)
            #expect(try await client.listContainers(all: false, labels: [fixture.label]).isEmpty)

            try await client.removeContainer(id, force: false, volumes: true)
            #expect(try await status { try await client.inspectContainer(id) } == 404)
            #expect(try await status { try await client.removeContainer(id, force: false, volumes: true) } == 404)
            #expect(try await status { try await client.startContainer(id, deadline: .seconds(9)) } == 404)
        }
    }

    @Test
    func `a running container is followed, killed and not started twice`() async throws {
        try await DockerEngineFixture.run { fixture in
            let client = fixture.client
            let id = try await fixture.create(script: "echo ready; sleep 60")
            try await client.startContainer(id, deadline: .seconds(30))
            #expect(try await client.startContainer(id, deadline: .seconds(30)) == false)
            var text: [UInt8] = []
            for try await chunk in client.containerLogs(id, follow: true, isTTY: false) {
                text += chunk.bytes
                try? await client.killContainer(id)
            }
            #expect(String(decoding: text, as: UTF8.self) == "ready\n")
            let state = try await fixture.ended(id)
            #expect(state.exitCode == 137)
            #expect(!state.isRunning)
            #expect(try await status { try await client.killContainer(id) } == 409)
        }
    }

    @Test
    func `a renamed container is not found by its old name`() async throws {
        try await DockerEngineFixture.run { fixture in
            let id = try await fixture.create("old", script: "true")
            try await fixture.client.renameContainer(id, to: fixture.name("new"))
            let old = fixture.name("old")
            #expect(try await status { try await fixture.client.startContainer(old, deadline: .seconds(9)) } == 404)
            #expect(try await fixture.client.startContainer(fixture.name("new"), deadline: .seconds(30)))
            #expect(try await fixture.ended(id).exitCode == 0)
        }
    }

    @Test
    func `a creation is refused for a name in use, a missing image and a missing folder`() async throws {
        try await DockerEngineFixture.run { fixture in
            _ = try await fixture.create("a", script: "true")
            #expect(try await status { try await fixture.create("a", script: "true") } == 409)
            #expect(
                try await status { try await fixture.create("b", script: "true") { $0.image = "local/nosuch:1" } }
                    == 404)
            let folder = "/tmp/pman-test-\(fixture.id)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let missing = try await status {
                try await fixture.create("c", script: "true") {
                    $0.host.mounts = [ContainerMount(source: folder, target: "/x")]
                }
            }
            // Podman 4.3 makes the folder.
            let isPodman = try await fixture.client.version().isPodman
            #expect(missing == (isPodman ? nil : 400))
            #expect(FileManager.default.fileExists(atPath: folder) == isPodman)
        }
    }

    @Test
    func `mounts and binds are seen inside and told of`() async throws {
        try await DockerEngineFixture.run { fixture in
            let folder = "/tmp/pman-test-\(fixture.id)"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.createDirectory(atPath: folder + "/in", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: folder + "/out", withIntermediateDirectories: true)
            try "data".write(toFile: folder + "/in/file", atomically: true, encoding: .utf8)
            let id = try await fixture.create(script: "cat /in/file > /out/copy; touch /in/x || echo read-only") {
                $0.host.mounts = [ContainerMount(source: folder + "/in", target: "/in", isReadOnly: true)]
                $0.host.binds = ["\(folder)/out:/out"]
            }
            try await fixture.client.startContainer(id, deadline: .seconds(30))
            #expect(try await fixture.ended(id).exitCode == 0)
            #expect(try String(contentsOfFile: folder + "/out/copy", encoding: .utf8) == "data")
            #expect(try await fixture.log(id).output == "read-only\n")
            let mounts = try await fixture.client.inspectContainer(id).mounts.sorted { $0.destination < $1.destination }
            #expect(mounts.map(\.source) == [folder + "/in", folder + "/out"])
            #expect(mounts.map(\.isReadOnly) == [true, false])
        }
    }

    @Test
    func `a terminal's output has no frames`() async throws {
        try await DockerEngineFixture.run { fixture in
            let id = try await fixture.create(script: "echo one; echo two >&2") { $0.hasTTY = true }
            try await fixture.client.startContainer(id, deadline: .seconds(30))
            _ = try await fixture.ended(id)
            #expect(try await fixture.client.inspectContainer(id).hasTTY)
            #expect(try await fixture.log(id, isTTY: true).output == "one\r\ntwo\r\n")
        }
    }

    @Test
    func `only the last lines of a log are asked for, and a long one comes whole`() async throws {
        try await DockerEngineFixture.run { fixture in
            let id = try await fixture.create(script: "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done")
            try await fixture.client.startContainer(id, deadline: .seconds(30))
            _ = try await fixture.ended(id)
            #expect(try await fixture.log(id, tail: 2).output == "line 19998\nline 19999\n")
            #expect(try await fixture.log(id).output.count { $0 == "\n" } == 20000)
        }
    }

    @Test
    func `a program that does not exist is told by the start`() async throws {
        try await DockerEngineFixture.run { fixture in
            let id = try await fixture.create(script: "") { $0.command = ["/nosuch"] }
            let refused = try await status { try await fixture.client.startContainer(id, deadline: .seconds(30)) }
            #expect([400, 404, 500].contains(refused))
            let state = try await fixture.client.inspectContainer(id).state
            #expect(!state.hasStarted)
        }
    }

    @Test
    func `a volume keeps the labels that it was first made with`() async throws {
        try await DockerEngineFixture.run { fixture in
            let name = fixture.name("volume")
            #expect(try await fixture.client.inspectVolume(name) == nil)
            let labels = [DockerEngineFixture.labelName: fixture.id]
            #expect(try await fixture.client.createVolume(name: name, labels: labels).labels == labels)
            let again = try await fixture.client.createVolume(name: name, labels: ["other": "label"])
            #expect(again.labels == labels)
            let inspected = try #require(try await fixture.client.inspectVolume(name))
            #expect(inspected.name == name)
            #expect(inspected.labels == labels)
        }
    }

    @Test
    func `events of labelled containers come, also those of the past`() async throws {
        try await DockerEngineFixture.run { fixture in
            let client = fixture.client
            let id = try await fixture.create(script: "exit 4")
            let since = Int64(Date().timeIntervalSince1970 * 1e9) - 60_000_000_000
            var actions: [String] = []
            var exitCode: String?
            var isStarted = false
            for try await event in client.events(
                sinceNanoseconds: since, types: ["container"], labels: [fixture.label])
            {
                #expect(event.id == id)
                #expect(event.timeNano > since)
                actions.append(event.action)
                if !isStarted {
                    isStarted = true
                    try await client.startContainer(id, deadline: .seconds(30))
                }
                if event.action == "die" {
                    exitCode = event.attributes["exitCode"]
                    break
                }
            }
            #expect(actions.first == "create")
            #expect(actions.contains("start"))
            #expect(exitCode == "4")
        }
    }

    @Test
    func `images are known or not`() async throws {
        try await DockerEngineFixture.run { fixture in
            let image = try #require(try await fixture.client.inspectImage(DockerEngineFixture.image))
            #expect(image.id.hasPrefix("sha256:") || image.id.count == 64)
            #expect(image.tags.contains { $0.hasSuffix(DockerEngineFixture.image) })
            #expect(try await fixture.client.inspectImage("local/nosuch:1") == nil)
        }
    }

    @Test(arguments: [("127.0.0.1:1/lab/image:1", false), ("lab/BAD NAME", true)])
    func `a pull that cannot work fails`(_ reference: String, _ isPermanent: Bool) async throws {
        try await DockerEngineFixture.run { fixture in
            do {
                for try await _ in fixture.client.pullImage(reference) {}
                Issue.record("did not fail")
            } catch DockerError.pullFailed(let message, let permanent) {
                #expect(!message.isEmpty)
                #expect(permanent == isPermanent, "\(message)")
            }
        }
    }
}
