import Support

/// Malformed requests without an end, the same ones for the same seed.
struct MalformedRequests: Sendable {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let targets = [
        "/", "/api/v1/", "/api/v1/no-such-job/", "/docker/api/v1/", "/swarm/api/v1/x/", "/healthz", "/readyz",
        "/metrics",
        "/page/main.js", "/api/v2/jobs", "/api/v2/jobs/docker/x", "/api/v2/jobs/docker/x/logs",
        "/api/v2/jobs/docker/x/events", "/api/v2/jobs/docker/x/cancel", "/api/v2/queues", "/api/v2/queues/history",
        "/api/v2/workers", "/api/v2/dead-letters", "/api/v2/dead-letters/replay", "/api/v2/dead-letters/docker/x",
        "/api/v2/openapi.yaml",
    ]
    private static let queries = [
        "limit=0", "limit=99999999999999999999", "limit=%00", "cursor=%FF", "cursor=-", "status=,", "min_age=-1",
        "tail=x",
        "search=%25%5F%27", "follow=1", "limit=1&limit=1", "=&&=", "backend=%2e%2e", "label==", "engine=%F0%9F", "%",
        "a=%G1",
        "status=%E2%80%AE", "max_age=9223372036854775807",
    ]
    private static let methods = ["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD"]
    private static let junk: [[UInt8]] = [
        "%2F", "%00", "%", "%GG", "%FF%FE", "..", "//", "%2e%2e", ";", "?", "\\", "%0d%0a", "{}", "%F0%9F%98%80",
    ].map { Array($0.utf8) }

    mutating func next() -> MalformedRequest {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<10: posted()
        case 10..<16: asked()
        default: unframed()
        }
    }

    private mutating func posted() -> MalformedRequest {
        let target =
            ["/api/v1/", "/api/v1/", "/kubernetes/api/v1/", "/api/v2/jobs/docker/x/cancel"]
            .randomElement(using: &generator) ?? "/"
        let types = ["application/json", "application/json", "application/json; charset=utf-16", "text/plain", "", "/"]
        return MalformedRequest(
            "POST", Array(target.utf8), type: types.randomElement(using: &generator) ?? "",
            body: MalformedBodies.random(using: &generator))
    }

    private mutating func asked() -> MalformedRequest {
        var target = Array((Self.targets.randomElement(using: &generator) ?? "/").utf8)
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            let place = Int.random(in: 1...target.count, using: &generator)
            target.insert(contentsOf: Self.junk.randomElement(using: &generator) ?? [], at: place)
        }
        if Bool.random(using: &generator) {
            target += Array("?\(Self.queries.randomElement(using: &generator) ?? "")".utf8)
        }
        return MalformedRequest(Self.methods.randomElement(using: &generator) ?? "GET", target)
    }

    /// What is no HTTP, or not all of it.
    private static let unframedRequests: [(String, MalformedRequest.Fate)] = {
        let post = "POST /api/v1/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        return [
            (post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", .refused),
            (post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}", .refused),
            (post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}", .refused),
            (post + "Transfer-Encoding: chunked\r\n\r\n5\r\n{}", .abandoned),
            (post + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", .refused),
            (post + "Transfer-Encoding: gzip, nothing\r\n\r\n{}", .refused),
            (post + "Content-Length: 1\r\n\r\n{}{}{}\r\n\r\n", .refused),
            (post + "Content-Length: 1000\r\n\r\n{", .abandoned),
            (post + "Content-Length: -1\r\n\r\n{}", .refused),
            (post + "Content-Length: 99999999999999999999\r\n\r\n{}", .refused),
            (post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", .refused),
            (post + "Content-Length: 5000000\r\n\r\n{", .abandoned),
            (post + "Content-Le", .abandoned),
            (post + "Bad Header: x\r\n\r\n", .refused), (post + ": x\r\n\r\n", .refused),
            (post + "X: \u{0}\r\n\r\n", .refused),
            (post + String(repeating: "X: y\r\n", count: 200) + "\r\n", .refused),
            (post + "X: " + String(repeating: "y", count: 40_000) + "\r\n\r\n", .refused),
            ("GET /\(String(repeating: "a", count: 70_000)) HTTP/1.1\r\nHost: x\r\n\r\n", .refused),
            ("GET / HTTP/9.9\r\n\r\n", .refused), ("GET  / HTTP/1.1\r\n\r\n", .refused),
            ("NONSENSE\r\n\r\n", .refused), ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", .abandoned),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .refused), ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", .refused),
            ("CONNECT host:1 HTTP/1.1\r\nHost: x\r\n\r\n", .refused), ("", .abandoned),
            (
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\nrubbish\r\n\r\n",
                .refused
            ),
            ("GET /healthz HTTP/1.0\r\nConnection: \u{FF}\r\n\r\n", .refused),
        ]
    }()

    private mutating func unframed() -> MalformedRequest {
        let (text, fate) = Self.unframedRequests.randomElement(using: &generator) ?? ("", .abandoned)
        return MalformedRequest(String(text.prefix { $0 != " " }), Array(text.utf8), fate)
    }
}
