import HTTPClient
import Testing

@testable import Worker

@Suite struct DockerTroubleTests {
    private func kind(_ trouble: EngineTrouble) -> String {
        switch trouble {
        case .permanent: "permanent"
        case .transient: "transient"
        case .shortlyTransient: "shortly"
        case .preparing: "preparing"
        case .away: "away"
        }
    }

    @Test(
        "what an engine answers to a create is sorted",
        arguments: [
            (DockerError.status(400, message: "invalid mount"), "permanent"),
            (.status(500, message: "something odd"), "transient"),
            (.status(500, message: "Minimum memory reservation allowed is 6MB"), "permanent"),
            (.status(429, message: "slow down"), "transient"),
            (.unreachable(.connectFailed("refused")), "away"), (.unclear(.deadline), "away"),
        ])
    func creating(error: DockerError, expected: String) {
        #expect(kind(DockerTrouble.creating(error)) == expected)
    }

    @Test(
        "a message says what to do where that is known",
        arguments: [
            ("could not select device driver \"\" with capabilities: [[gpu]]", "gpu_limit 0"),
            ("opening file `cpu.max` for writing: Permission denied: cgroup", "IGNORE_LIMITS"),
            ("exec: \"/bin/nope\": stat /bin/nope: no such file or directory", "is the program in the image"),
        ])
    func explanations(message: String, hint: String) {
        #expect(DockerTrouble.isPermanent(message))
        #expect(DockerTrouble.explain(message).contains(hint))
    }

    @Test func `a start that containerd still has is told apart from a mount that is missing`() {
        #expect(
            DockerTrouble.meansForgottenStart("failed to start shim: mkdir /run/containerd/x: file exists: unknown"))
        #expect(!DockerTrouble.meansForgottenStart("bind source path does not exist"))
    }

    @Test func `only the absence of the container is an overtaken start`() {
        #expect(DockerTrouble.meansNoContainer("No such container: job-abc"))
        #expect(DockerTrouble.meansNoContainer("no container with name or ID \"job-abc\" found: no such container"))
        #expect(!DockerTrouble.meansNoContainer("exec: no such file or directory"))
    }
}
