import Testing

@testable import Worker

struct DockerClientFormatTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try DockerJSON.decode(type, Array(json.utf8))
    }

    @Test
    func `a container's inspection is read`() throws {
        let container = try decode(
            ContainerInspection.self,
            """
            {"Id": "abc", "Name": "/job-1", "Created": "2026-01-01T00:00:00Z", "Image": "sha256:1", "Unknown": {"a": 1},
             "State": {"Status": "exited", "Running": false, "Paused": false, "OOMKilled": true, "Dead": false,
                       "ExitCode": 137, "Error": "", "StartedAt": "2026-01-01T00:00:01.5Z",
                       "FinishedAt": "0001-01-01T00:00:00Z"},
             "Config": {"Image": "busybox", "Labels": {"a": "b"}, "Tty": true},
             "Mounts": [{"Type": "bind", "Source": "/a", "Destination": "/b", "RW": false}]}
            """)
        #expect(container.name == "job-1")
        #expect(container.image == "busybox")
        #expect(container.imageID == "sha256:1")
        #expect(container.labels == ["a": "b"])
        #expect(container.hasTTY)
        #expect(container.state.status == "exited")
        #expect(container.state.isOutOfMemoryKilled)
        #expect(container.state.exitCode == 137)
        #expect(container.state.hasStarted)
        #expect(!container.state.hasFinished)
        #expect(container.mounts.map(\.source) == ["/a"])
        #expect(container.mounts.map(\.isReadOnly) == [true])
    }

    @Test
    func `what is missing, null or new does not matter`() throws {
        let container = try decode(
            ContainerInspection.self,
            #"{"Id": "abc", "State": {"Status": "hibernating", "ExitCode": null}, "Config": {"Labels": null}, "Mounts": null}"#
        )
        #expect(container.state.status == "hibernating")
        #expect(container.labels.isEmpty)
        #expect(!container.state.hasStarted)
        let list = try decode(
            [ContainerSummary].self, #"[{"Id": "a"}, {"Id": "b", "Names": ["/x", "/y"], "Labels": null}]"#)
        #expect(list.map(\.names) == [[], ["x", "y"]])
        #expect(try decode(DockerEngineInfo.self, "{}").cpus == nil)
        #expect(try decode(DockerEvent.self, #"{"status": "die", "time": 2}"#).timeNano == 2_000_000_000)
        #expect(try decode(CreatedContainer.self, #"{"Id": "a", "Warnings": null}"#).warnings.isEmpty)
    }

    @Test(arguments: ["", "<html>", "[]", "{}"])
    func `what is no engine's answer is malformed`(_ text: String) {
        #expect {
            try decode(ContainerInspection.self, text)
        } throws: { error in
            if case .malformed = error as? DockerError { true } else { false }
        }
    }

    @Test
    func `a creation is written in Docker's words, without what is not asked for`() throws {
        var creation = ContainerCreation(image: "busybox")
        #expect(
            String(decoding: try DockerJSON.encode(creation), as: UTF8.self)
                == #"{"HostConfig":{"AutoRemove":false,"RestartPolicy":{"Name":"no"}},"Image":"busybox","Tty":false}"#)
        creation.command = ["a", "b c"]
        creation.environment = ["A=b"]
        creation.user = "1:2"
        creation.labels = ["l": "v"]
        creation.host.mounts = [ContainerMount(source: "/in", target: "/share/incoming", isReadOnly: true)]
        creation.host.binds = ["/x:/y"]
        creation.host.nanoCPUs = 1_500_000_000
        creation.host.memoryReservation = 1 << 20
        creation.host.sharedMemory = 64
        creation.host.additionalGroups = ["7"]
        creation.host.deviceRequests = [.gpus(2)]
        #expect(
            String(decoding: try DockerJSON.encode(creation), as: UTF8.self)
                == #"{"Cmd":["a","b c"],"Env":["A=b"],"HostConfig":{"AutoRemove":false,"Binds":["/x:/y"],"#
                + #""DeviceRequests":[{"Capabilities":[["gpu"]],"Count":2,"Driver":""}],"GroupAdd":["7"],"#
                + #""MemoryReservation":1048576,"Mounts":[{"ReadOnly":true,"Source":"/in","#
                + #""Target":"/share/incoming","Type":"bind"}],"NanoCpus":1500000000,"#
                + #""RestartPolicy":{"Name":"no"},"ShmSize":64},"Image":"busybox","Labels":{"l":"v"},"#
                + #""Tty":false,"User":"1:2"}"#)
    }

    @Test
    func `an event's time is written with all its digits`() {
        #expect(DockerEvents.timestamp(1_795_373_284_004_500_000) == "1795373284.004500000")
        #expect(DockerEvents.timestamp(0) == "0.000000000")
    }

    @Test(arguments: 1...20)
    func `log frames are found however they are cut`(_ cut: Int) throws {
        let frames: [UInt8] =
            [1, 0, 0, 0, 0, 0, 0, 3] + Array("out".utf8) + [2, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 4]
            + Array("errs".utf8) + [1, 0, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 120, count: 256)
        var demultiplexer = LogDemultiplexer()
        var found: [DockerLogChunk.Source: [UInt8]] = [:]
        var rest = frames[...]
        while !rest.isEmpty {
            for chunk in try demultiplexer.take(Array(rest.prefix(cut))) {
                found[chunk.source, default: []] += chunk.bytes
            }
            rest = rest.dropFirst(cut)
        }
        #expect(demultiplexer.isBetweenFrames)
        #expect(found[.standardOutput] == Array("out".utf8) + [UInt8](repeating: 120, count: 256))
        #expect(found[.standardError] == Array("errs".utf8))
    }

    @Test
    func `output without frames is noticed`() {
        var demultiplexer = LogDemultiplexer()
        #expect(throws: LogDemultiplexer.NotFramed.self) { try demultiplexer.take(Array("plain output".utf8)) }
    }

    @Test(arguments: 1...9)
    func `lines are found however they are cut`(_ cut: Int) throws {
        var lines = JSONLines(maximum: 16)
        var rest = Array("{\"a\":1}\r\n\r\n{}\n{\"last\":2}".utf8)[...]
        var found: [String] = []
        while !rest.isEmpty {
            try lines.append(Array(rest.prefix(cut)))
            rest = rest.dropFirst(cut)
            while let line = lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
        }
        lines.finish()
        while let line = lines.next() { found.append(String(decoding: line, as: UTF8.self)) }
        #expect(found == ["{\"a\":1}", "{}", "{\"last\":2}"])
        #expect(throws: JSONLines.TooLong.self) { try lines.append([UInt8](repeating: 0, count: 17)) }
    }
}
