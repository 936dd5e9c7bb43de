import Core
import Program
import Testing

@testable import Worker

@Suite struct JobPolicyTests {
    private static let digest = "@sha256:" + String(repeating: "a", count: 64)

    private func matches(_ pattern: String, _ image: String) throws -> Bool {
        try ImagePattern(pattern).matches(try Core.ImageReference(image))
    }

    @Test(arguments: [
        ("*", "busybox"), ("busybox", "busybox"), ("busybox", "docker.io/library/busybox:1"),
        ("docker.io/busybox", "busybox:1"), ("index.docker.io/busybox", "busybox"),
        ("fnndsc/*", "fnndsc/pl-dircopy:2.1.1"), ("fnndsc/pl-*:2.*", "docker.io/fnndsc/pl-dircopy:2.1.1"),
        ("fnndsc/pl-a", "fnndsc/pl-a:3"), ("fnndsc/pl-a", "fnndsc/pl-a" + digest), ("busybox:latest", "busybox"),
        ("fnndsc/pl-a:*", "fnndsc/pl-a:1" + digest), ("localhost/*", "localhost/x"),
        ("registry.example.org:5000/*", "registry.example.org:5000/a/b:1"),
        ("*/radiology/*", "r.example.org/radiology/x:1"),
        ("fnndsc/pl-a" + digest, "fnndsc/pl-a" + digest),
    ])
    func `an image that a pattern names may be used`(_ pattern: String, _ image: String) throws {
        #expect(try matches(pattern, image))
    }

    @Test(arguments: [
        ("fnndsc/*", "evil/fnndsc/x"), ("fnndsc/*", "evil.example.org/fnndsc/x"), ("fnndsc/*", "fnndsc-evil/x"),
        ("fnndsc/*", "fnndsc"), ("busybox", "evil/busybox"), ("busybox", "busybox2"), ("busybox:1", "busybox:12"),
        // The engine goes by the digest, whatever the tag says.
        ("busybox:1", "busybox:1" + digest), ("localhost/*", "localhost.example.org/x"),
        ("registry.example.org/*", "registry.example.org:5000/x"),
        ("registry.example.org/*", "registry.example.orgx/x"),
        ("fnndsc/pl-a", "fnndsc/pl-a/b"),
    ])
    func `another may not`(_ pattern: String, _ image: String) throws { #expect(try !matches(pattern, image)) }

    @Test func `a pattern of many stars costs no more than its length times the text's`() throws {
        let pattern = String(repeating: "a*", count: 200) + "b"
        let image = String(repeating: "a", count: 250)
        let start = ContinuousClock.now
        #expect(try !matches("*" + pattern, image))
        #expect(start.duration(to: .now) < .seconds(5))
    }

    private func request(_ image: String) throws -> JobRequest {
        JobRequest(
            job: try JobID("j"), user: "u", image: try Core.ImageReference(image), entrypoint: ["x"], arguments: [],
            pathFlags: [], type: .fs, input: try StoragePath("i"), output: try StoragePath("o"), environment: [],
            resources: Resources(cpuMillicores: 1, memoryMebibytes: 1, gpus: 0, workers: 1))
    }

    @Test func `a refusal names the setting, and nothing is refused by default`() throws {
        let free = try JobPolicy(SettingsReader([:]), .docker)
        #expect(free.refusal(of: try request("evil/x")) == nil)
        let strict = try JobPolicy(
            SettingsReader(["ALLOWED_IMAGES": "fnndsc/*,local/*", "REQUIRE_IMAGE_DIGEST": "yes"]), .docker)
        #expect(strict.refusal(of: try request("evil/x"))?.contains("ALLOWED_IMAGES") == true)
        #expect(strict.refusal(of: try request("local/x:1"))?.contains("REQUIRE_IMAGE_DIGEST") == true)
        #expect(strict.refusal(of: try request("local/x" + Self.digest)) == nil)
    }

    @Test(arguments: [
        ("DROP_PRIVILEGES", "yes", Backend.slurm), ("READ_ONLY_ROOT", "yes", .cromwell),
        ("JOB_NETWORK", "none", .swarm),
        ("JOB_PIDS_LIMIT", "5", .kubernetes), ("JOB_NETWORK", "container:x", .docker), ("JOB_PIDS_LIMIT", "0", .docker),
        ("ALLOWED_IMAGES", "a,,b", .docker), ("ALLOWED_IMAGES", "a b", .docker), ("DROP_PRIVILEGES", "some", .docker),
    ])
    func `what cannot be kept or read is refused at the start`(_ name: String, _ value: String, _ backend: Backend) {
        #expect(throws: SettingFailure.self) { try JobPolicy(SettingsReader([name: value]), backend) }
    }
}
