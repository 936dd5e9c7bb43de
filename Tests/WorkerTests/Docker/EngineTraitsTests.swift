import Core
import Foundation
import Testing

@testable import Worker

@Suite struct EngineTraitsTests {
    private func traits(_ version: String, _ info: String) throws -> EngineTraits {
        EngineTraits(
            try JSONDecoder().decode(DockerEngineVersion.self, from: Data(version.utf8)),
            try JSONDecoder().decode(DockerEngineInfo.self, from: Data(info.utf8)))
    }

    private let docker = #"{"Components":[{"Name":"Engine"}]}"#
    private let podman = #"{"Components":[{"Name":"Podman Engine"}]}"#

    private func asks(cpu: Int = 0, gpus: Int = 0) -> Resources {
        Resources(cpuMillicores: cpu, memoryMebibytes: 0, gpus: gpus, workers: 1)
    }

    @Test func `Docker is asked for everything`() throws {
        let traits = try traits(docker, #"{"CgroupVersion":"1"}"#)
        #expect(traits.refusal(of: asks(cpu: 1, gpus: 1), ignoringLimits: false) == nil)
    }

    @Test func `Podman is not asked for a GPU, which it would pass over`() throws {
        let traits = try traits(podman, #"{"CgroupVersion":"2"}"#)
        #expect(traits.refusal(of: asks(gpus: 1), ignoringLimits: false)?.contains("gpu_limit") == true)
        #expect(traits.refusal(of: asks(cpu: 1), ignoringLimits: false) == nil)
    }

    @Test(
        "a rootless engine that passes over limits is not asked for them",
        arguments: [
            #"{"CgroupVersion":"1","Rootless":true}"#,
            #"{"CgroupVersion":"1","SecurityOptions":["name=seccomp,profile=default","name=rootless"]}"#,
        ])
    func rootless(info: String) throws {
        let traits = try traits(docker, info)
        let reason = traits.refusal(of: asks(cpu: 1), ignoringLimits: false)
        #expect(reason?.contains("IGNORE_LIMITS") == true && reason?.contains("delegated") == true)
        #expect(traits.refusal(of: asks(cpu: 1), ignoringLimits: true) == nil)
        #expect(traits.refusal(of: asks(), ignoringLimits: false) == nil)
    }

    @Test func `a rootless engine on cgroup version 2 says itself what it cannot do`() throws {
        let traits = try traits(podman, #"{"CgroupVersion":"2","Rootless":true}"#)
        #expect(traits.refusal(of: asks(cpu: 1), ignoringLimits: false) == nil)
    }
}
