import Program
import Testing

@testable import Worker

@Suite struct SwarmSettingsTests {
    private func failure(_ values: [String: String]) -> SettingFailure? {
        do throws(SettingFailure) {
            let reader = SettingsReader(values.merging(["CONTAINER_ENV": "swarm"]) { $1 })
            try SwarmSettings.validate(try WorkerSettings(reader).job)
            _ = try SwarmSettings(reader)
            return nil
        } catch {
            return error
        }
    }

    private static let host = ["STORAGE_TYPE": "host", "STOREBASE": "/s"]

    @Test(
        arguments: [
            host, ["STORAGE_TYPE": "docker_local_volume"], ["STORAGE_TYPE": "docker_local_volume", "VOLUME_NAME": "v"],
        ])
    func `Settings that go together are taken`(values: [String: String]) {
        #expect(failure(values) == nil)
    }

    @Test(
        arguments: [
            ([:], "STORAGE_TYPE"), (["STORAGE_TYPE": "host"], "STOREBASE"),
            (["STORAGE_TYPE": "kubernetes_pvc", "VOLUME_NAME": "v"], "STORAGE_TYPE"),
            (host.merging(["SWARM_GPU_RESOURCE": "a b"]) { $1 }, "SWARM_GPU_RESOURCE"),
            (host.merging(["SWARM_NODE_LOST_AFTER": "-1"]) { $1 }, "SWARM_NODE_LOST_AFTER"),
        ])
    func `What does not go with Swarm is refused, and names its variable`(values: [String: String], variable: String) {
        #expect(failure(values)?.variable == variable)
    }
}
