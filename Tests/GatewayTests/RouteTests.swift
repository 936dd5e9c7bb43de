import Core
import Testing

@testable import Gateway

@Suite struct RouteTests {
    @Test(
        "paths with and without a trailing slash and a backend in front",
        arguments: [
            ("/api/v1/", Route.root(.docker)), ("/api/v1", .root(.docker)), ("/swarm/api/v1/", .root(.swarm)),
            ("/podman/api/v1", .root(.docker)), ("/openshift/api/v1/", .root(.kubernetes)),
            ("/healthz", .health), ("/readyz", .ready), ("/api/", .unknown),
            ("/", .page(nil)), ("/page/main.js", .page("main.js")), ("/page/", .unknown),
            ("/api/v2/", .version2([])),
            ("/api/v2/jobs/docker/a%2fb", .version2(["jobs", "docker", "a%2fb"])),
            ("/nowhere/api/v1/", .unknown), ("/api/v1/a/b/", .unknown),
            ("/api/v1/%2e%2e/", .impossibleJob(.docker)), ("/api/v1/a%2fb", .impossibleJob(.docker)),
            ("/api/v1/%ff/", .impossibleJob(.docker)),
        ])
    func paths(path: String, expected: Route) {
        #expect(Route(path: path, defaultBackend: .docker) == expected)
    }

    @Test func `a job id is decoded`() throws {
        #expect(Route(path: "/api/v1/a%2Db/", defaultBackend: .docker) == .job(.docker, try JobID("a-b")))
        #expect(Route(path: "/docker/api/v1/x", defaultBackend: .swarm) == .job(.docker, try JobID("x")))
    }
}
