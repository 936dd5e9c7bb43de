import HTTPTypes
import Testing

@testable import Gateway

struct GatekeeperTests {
    @Test(
        arguments: [
            (HTTPRequest.Method.get, "/healthz", nil), (.get, "/readyz/", nil), (.post, "/healthz", nil),
            (.get, "/", .read), (.get, "/metrics", .read), (.get, "/api/v1/job/", .read), (.head, "/api/v1/", .read),
            (.get, "/api/v2/dead-letters", .read), (.post, "/api/v1/", .submit),
            (.delete, "/docker/api/v1/job", .submit),
            (.post, "/api/v2/jobs/docker/job/cancel", .submit), (.post, "/api/v2/dead-letters/replay", .operate),
            (.post, "//api//v2/dead-letters/replay", .operate), (.delete, "/api/v2/dead-letters/docker/job", .operate),
            (.post, "/api/v2/dead%2Dletters/replay", .operate),
            (.delete, "/api/v2/%64ead-letters/docker/job", .operate),
            (.put, "/anything", .submit), (.get, "/healthz/more", .read),
        ] as [(HTTPRequest.Method, String, Role?)])
    func `Each request needs its role`(_ method: HTTPRequest.Method, _ path: String, _ role: Role?) {
        #expect(Gatekeeper.needed(method, path: path) == role)
    }
}
