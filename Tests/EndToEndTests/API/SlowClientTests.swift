import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct SlowClientTests {
        private static let head = "POST /api/v1/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

        @Test func `Who sends a request too slowly, or none, is let go, and holds up nobody`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway(["REQUEST_TIMEOUT": "2", "MAX_CONNECTIONS": "40"])
                let address = gateway.program.http.address
                let clients = try (0..<40).map { _ in try SlowClient(address) }
                for (number, client) in clients.enumerated() {
                    switch number % 4 {
                    case 0: break
                    case 1: client.send("POST /api/v1/ HT")
                    case 2: client.send(Self.head + "X-Slow: ")
                    default: client.send(Self.head + "Content-Length: 4000000\r\n\r\n{")
                    }
                }
                let start = ContinuousClock.now
                // All places are taken; a good client waits for no longer than the limit.
                let answer = try await gateway.program.http.send("GET", "/api/v1/", timeout: .seconds(15))
                #expect(answer.status == 200)
                #expect(start.duration(to: .now) < .seconds(10))
                try await eventually(within: .seconds(15), every: .milliseconds(200), "all slow ones are let go") {
                    for (number, client) in clients.enumerated() where number % 4 == 3 { client.send("x") }
                    return clients.allSatisfy { $0.isClosed }
                }
                // One who is quick enough again and again is not.
                for _ in 0..<4 {
                    #expect(try await gateway.program.http.send("GET", "/api/v1/").status == 200)
                    try await Task.sleep(for: .milliseconds(700))
                }
            }
        }

        @Test func `Header fields and bodies have a limit`() async throws {
            let plain = try await Services.plain
            let long = String(repeating: "x", count: 40_000)
            let refused = try? await plain.api.http.send("GET", "/api/v1/", headers: ["X-Long": long])
            #expect(refused == nil || refused?.status == 400 || refused?.status == 431)
            let body = Array(String(repeating: " ", count: 5 << 20).utf8)
            let large = try await plain.api.http.send(
                "POST", "/api/v1/", headers: ["Content-Type": "application/json"], body: body)
            #expect(large.status == 413)
            #expect(try await plain.api.http.send("GET", "/api/v1/").status == 200)
        }
    }
}
