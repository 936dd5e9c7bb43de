import Core
import Program
import Support
import Testing

@testable import Worker

@Suite struct SwarmFormatTests {
    private func json(_ specification: ServiceSpecification) throws -> TestJSON {
        try #require(TestJSON(parsing: try DockerJSON.encode(specification)))
    }

    @Test func `A service runs its command once, instead of the image's, with nothing to stop it early`() throws {
        var container = TaskContainer(image: "i:1", command: ["/bin/sh", "-c", "a b"])
        container.mounts = [
            TaskMount(kind: .bind(source: "/data/in"), target: "/share/incoming", isReadOnly: true),
            TaskMount(kind: .memory(bytes: 1 << 20), target: "/dev/shm"),
        ]
        var specification = ServiceSpecification(name: "n", labels: ["l": "1"], container: container)
        specification.limits.nanoCPUs = 500_000_000
        specification.reservations.memoryBytes = 200 << 20
        specification.reservations.generic = ["NVIDIA-GPU": 2]
        let sent = try json(specification)
        #expect(sent["Mode"] == ["Replicated": ["Replicas": 0]])
        let template = sent["TaskTemplate"]
        #expect(template["RestartPolicy"] == ["Condition": "none", "MaxAttempts": 1])
        #expect(template["Resources"]["Limits"] == ["NanoCPUs": 500_000_000])
        #expect(template["Resources"]["Reservations"]["MemoryBytes"] == 209_715_200)
        #expect(
            template["Resources"]["Reservations"]["GenericResources"]
                == [["DiscreteResourceSpec": ["Kind": "NVIDIA-GPU", "Value": 2]]])
        let spec = template["ContainerSpec"]
        #expect(spec["Command"] == ["/bin/sh", "-c", "a b"])
        #expect(spec["Args"] == .null)
        #expect(spec["TTY"] == .null)
        #expect(spec["Healthcheck"] == ["Test": ["NONE"]])
        #expect(spec["StopGracePeriod"] == 0)
        #expect(
            spec["Mounts"][0]
                == ["Type": "bind", "Source": "/data/in", "Target": "/share/incoming", "ReadOnly": true])
        #expect(
            spec["Mounts"][1]
                == ["Type": "tmpfs", "Target": "/dev/shm", "TmpfsOptions": ["SizeBytes": 1_048_576, "Mode": 1023]])
    }

    @Test func `Without limits no resources are sent`() throws {
        let specification = ServiceSpecification(
            name: "n", labels: [:], container: TaskContainer(image: "i", command: []))
        #expect(try json(specification)["TaskTemplate"]["Resources"] == .null)
    }

    @Test func `An update keeps what this program does not know`() throws {
        let service = try DockerJSON.decode(
            SwarmService.self,
            Array(
                #"{"ID":"s","Version":{"Index":12},"Spec":{"Name":"n","Labels":{"a":"b","c":3},"Later":[1,2.5,null],"Mode":{"Replicated":{"Replicas":0,"X":true}}}}"#
                    .utf8))
        #expect(service.version == 12)
        #expect(service.labels == ["a": "b"])
        #expect(service.replicas == 0)
        let specification = try #require(service.specification(replicas: 3))
        let encoded = try DockerJSON.encode(specification)
        let sent = try #require(TestJSON(parsing: encoded))
        #expect(sent["Later"] == [1, 2.5, .null])
        #expect(sent["Mode"] == ["Replicated": ["Replicas": 3, "X": true]])
    }

    @Test func `A service of another mode is none of ours`() throws {
        let service = try DockerJSON.decode(
            SwarmService.self, Array(#"{"ID":"s","Version":{"Index":1},"Spec":{"Mode":{"Global":{}}}}"#.utf8))
        #expect(service.replicas == nil)
        #expect(service.specification(replicas: 1) == nil)
        #expect(service.labels.isEmpty)
    }

    @Test(arguments: [
        "a", "g_1.x-2", "1.2.3", String(repeating: "x", count: 200), "a." + String(repeating: "y", count: 60),
    ])
    func `A service's name begins with the job id as far as it may`(job: String) throws {
        let name = SwarmEngine.name(try JobID(job))
        #expect(name.count <= 63)
        #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(name.hasPrefix(job.replacing(".", with: "-").prefix(30)))
        #expect(SwarmEngine.name(try JobID(job)) != name)
    }

    @Test func `What no node could run is refused with what to do`() throws {
        func node(_ cpus: Int, _ gpus: Int) throws -> SwarmNode {
            let offers = (0..<gpus).map { #"{"NamedResourceSpec":{"Kind":"NVIDIA-GPU","Value":"gpu\#($0)"}}"# }
            return try DockerJSON.decode(
                SwarmNode.self,
                Array(
                    #"{"ID":"n","Status":{"State":"down"},"Description":{"Hostname":"h","Resources":{"NanoCPUs":\#(cpus)000000000,"MemoryBytes":1073741824,"GenericResources":[\#(offers.joined(separator: ","))]}}}"#
                        .utf8))
        }
        let offers = NodeOffers([try node(4, 0), try node(2, 2)], gpuResource: "NVIDIA-GPU")
        #expect(offers.cpuMillicores == 4000 && offers.memoryMebibytes == 1024 && offers.gpus == 2)
        func refusal(_ cpu: Int, _ memory: Int, _ gpus: Int, ignoring: Bool = false) -> String? {
            offers.refusal(
                of: Resources(cpuMillicores: cpu, memoryMebibytes: memory, gpus: gpus, workers: 1),
                ignoringLimits: ignoring)
        }
        #expect(refusal(4000, 1024, 2) == nil)
        #expect(refusal(4001, 0, 0)?.contains("no node of the swarm has more than 4000m") == true)
        #expect(refusal(0, 1025, 0)?.contains("more than 1024; ask for less") == true)
        #expect(refusal(0, 0, 3)?.contains("gpu_limit 2 at most") == true)
        #expect(refusal(9000, 9000, 2, ignoring: true) == nil)
        #expect(refusal(9000, 9000, 3, ignoring: true) != nil)
    }

    @Test func `A manager's answers are sorted`() {
        func isAway(_ status: Int, _ message: String) -> Bool {
            if case .away = SwarmTrouble.general(.status(status, message: message)) { true } else { false }
        }
        #expect(isAway(503, "This node is not a swarm manager. Use \"docker swarm init\""))
        #expect(isAway(500, "rpc error: code = Unknown desc = The swarm does not have a leader."))
        #expect(isAway(500, "rpc error: code = DeadlineExceeded desc = context deadline exceeded"))
        #expect(!isAway(500, "something else"))
        #expect(!isAway(404, "service x not found"))
        let refused = SwarmTrouble.creating(
            .status(400, message: "rpc error: code = InvalidArgument desc = invalid cpu value 1e-06"))
        guard case .permanent(let text) = refused else {
            Issue.record("\(refused)")
            return
        }
        #expect(text == "the engine refused the service: invalid cpu value 1e-06")
    }
}
