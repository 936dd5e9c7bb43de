import Testing

@testable import Worker

struct DockerClientReferenceTests {
    @Test(arguments: [
        ("busybox", "busybox", "latest", "docker.io"),
        ("busybox:1.36", "busybox", "1.36", "docker.io"),
        ("fnndsc/pl-simpledsapp:2.1", "fnndsc/pl-simpledsapp", "2.1", "docker.io"),
        ("host:5000/a/b", "host:5000/a/b", "latest", "host:5000"),
        ("host:5000/a/b:t", "host:5000/a/b", "t", "host:5000"),
        ("localhost/a", "localhost/a", "latest", "localhost"),
        ("localhost", "localhost", "latest", "docker.io"),
        ("GHCR.io/a@sha256:00", "GHCR.io/a", "sha256:00", "ghcr.io"),
        ("ghcr.io/a:t@sha256:00", "ghcr.io/a", "sha256:00", "ghcr.io"),
        ("", "", "latest", "docker.io"), ("a:", "a", "latest", "docker.io"), ("a@", "a", "latest", "docker.io"),
    ])
    func `a reference is taken apart as Docker does`(
        _ text: String, _ repository: String, _ tag: String, _ registry: String
    ) {
        let reference = ImageReference(text)
        #expect(reference.repository == repository)
        #expect(reference.tagOrDigest == tag)
        #expect(reference.registry == registry)
    }

    @Test(arguments: [
        ("manifest for busybox:nosuch not found: manifest unknown: manifest unknown", 404, true),
        ("pull access denied for x, repository does not exist or may require 'docker login': denied", 404, true),
        ("pull access denied for nosuch/thing, repository does not exist", nil, true),
        ("unauthorized: authentication required", 500, true),
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", nil, true),
        ("invalid reference format: repository name must be lowercase", 400, true),
        ("normalizing image: normalizing name for compat API: invalid reference format", 500, true),
        ("something that nobody has seen yet", 404, true),
        ("something that nobody has seen yet", 500, false),
        ("something that nobody has seen yet", nil, false),
        ("toomanyrequests: You have reached your pull rate limit.", nil, false),
        ("denied: toomanyrequests: retry-after: 200ms", 403, false),
        ("Get \"https://r/v2/\": dial tcp: lookup r on 10.0.0.1:53: no such host", 500, false),
        ("dial tcp: lookup r: Temporary failure in name resolution", 500, false),
        ("Get \"https://r/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", nil, false),
        ("Get \"https://r/v2/\": net/http: TLS handshake timeout", nil, false),
        ("received unexpected HTTP status: 503 Service Unavailable", nil, false),
        ("write /var/lib/docker/tmp/x: no space left on device", nil, false),
    ])
    func `a failed pull is for ever or may pass`(_ message: String, _ status: Int?, _ isPermanent: Bool) {
        #expect(PullFailure.isPermanent(message, status: status, image: ImageReference("busybox:1")) == isPermanent)
    }

    @Test
    func `an image's name says nothing about why its pull failed`() {
        let timeout = ImageReference("lab/timeout-tester:1")
        #expect(PullFailure.isPermanent("manifest for lab/timeout-tester:1 not found", status: nil, image: timeout))
        let denied = ImageReference("ghcr.io/lab/denied:1.0.0")
        #expect(!PullFailure.isPermanent("Get https://ghcr.io/v2/lab/denied/: EOF", status: nil, image: denied))
    }

    @Test(arguments: [
        ("1.41", "1.12", "1.41"), ("1.40", "1.12", "1.40"), ("1.52", "1.44", "1.44"), ("1.43", "1.24", "1.41"),
        ("1.9", "1.1", "1.9"), ("", "", "1.41"), ("1.39", "", "1.39"),
    ])
    func `the newest common API version is spoken`(_ newest: String, _ oldest: String, _ chosen: String) {
        let engine = DockerEngineVersion(version: "x", apiVersion: newest, minimumAPIVersion: oldest)
        #expect(NegotiatedVersion.choose(engine) == chosen)
    }
}
