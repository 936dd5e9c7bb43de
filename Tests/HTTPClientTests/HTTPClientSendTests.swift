import Foundation
import HTTPClient
import Testing
import Threads

@Suite(.timeLimit(.minutes(2)))
struct HTTPClientSendTests {
    let client: HTTPClient

    init() throws {
        client = try HTTPClient(maximumConnectionsPerHost: 4)
    }

    @Test(arguments: StubServer.Kind.allCases)
    func `a request arrives as it was given, and the whole response comes back`(_ kind: StubServer.Kind) async throws {
        let server = try StubServer.answering(kind) { request in
            let echo = "\(request.method) \(request.target) \(request.headers["x-thing"] ?? "-") "
            return StubAnswer.ok(
                echo + String(decoding: request.body, as: UTF8.self), status: 201, headers: "X-Of: a\r\nx-oF:  b \r\n")
        }
        defer { server.stop() }
        var request = HTTPRequest(
            "PUT", "/a%20b?x=1", query: [("filters", "{\"a\": [b/c]}&")], body: Array("body".utf8))
        request.headers = [("X-Thing", "value")]
        let response = try await client.send(request, to: server.endpoint)
        #expect(response.status == 201)
        #expect(response.headers["x-of"] == "b")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == "PUT /a%20b?x=1&filters=%7B%22a%22%3A%20%5Bb%2Fc%5D%7D%26 value body")
    }

    @Test(arguments: ["GET", "HEAD", "POST", "DELETE", "PATCH", "PUT"])
    func `every method goes out under its name, and without a body says so`(_ method: String) async throws {
        let seen = Locked<StubRequest?>(nil)
        let server = try StubServer.answering { request in
            seen.withLock { $0 = request }
            return "HTTP/1.1 204 No Content\r\n\r\n"
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest(method, "/"), to: server.endpoint)
        let request = try #require(seen.withLock { $0 })
        #expect(response.status == 204)
        #expect(request.method == method)
        #expect(request.headers["content-length"] == (["POST", "PATCH", "PUT"].contains(method) ? "0" : nil))
        #expect(request.headers["content-type"] == nil)
    }

    @Test
    func `a large body goes out without asking for leave first`() async throws {
        let seen = Locked<StubRequest?>(nil)
        let server = try StubServer.answering { request in
            seen.withLock { $0 = request }
            return StubAnswer.ok("")
        }
        defer { server.stop() }
        let body = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        _ = try await client.send(HTTPRequest("POST", "/", body: body), to: server.endpoint)
        let request = try #require(seen.withLock { $0 })
        #expect(request.headers["expect"] == nil)
        #expect(request.body == body)
    }

    @Test
    func `chunks are put together and a trailer is no header`() async throws {
        let server = try StubServer.answering { _ in
            StubAnswer.chunkedHead + StubAnswer.chunk("one ") + StubAnswer.chunk("two") + "0\r\nX-Late: yes\r\n\r\n"
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest("GET", "/"), to: server.endpoint)
        #expect(String(decoding: response.body, as: UTF8.self) == "one two")
        #expect(response.headers["x-late"] == nil)
    }

    @Test
    func `an interim response is passed over`() async throws {
        let server = try StubServer.answering { _ in
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + StubAnswer.ok("done")
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest("GET", "/"), to: server.endpoint)
        #expect(response.status == 200)
        #expect(response.headers["link"] == nil)
    }

    @Test
    func `a redirect is an answer like any other`() async throws {
        let server = try StubServer.answering { request in
            StubAnswer.ok("", status: request.target == "/" ? 302 : 500, headers: "Location: /elsewhere\r\n")
        }
        defer { server.stop() }
        #expect(try await client.send(HTTPRequest("GET", "/"), to: server.endpoint).status == 302)
    }

    @Test
    func `a thousand calls at once share a few connections`() async throws {
        let server = try StubServer.answering { StubAnswer.ok($0.target) }
        defer { server.stop() }
        let right = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let response = try? await client.send(HTTPRequest("GET", "/\(number)"), to: server.endpoint)
                    return response?.body == Array("/\(number)".utf8)
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 1000)
        #expect(server.mostConnectionsAtOnce <= 4)
        #expect(server.connectionsSoFar <= 4)
    }

    @Test
    func `streams do not take the turns of calls`() async throws {
        let server = try StubServer { connection in
            while let request = connection.readRequest() {
                guard request.target == "/stream" else {
                    connection.write(StubAnswer.ok("ok"))
                    continue
                }
                connection.write(StubAnswer.chunkedHead)
                connection.waitForClose()
            }
        }
        defer { server.stop() }
        var streams: [HTTPStream] = []
        for _ in 0..<8 { streams.append(try await client.stream(HTTPRequest("GET", "/stream"), to: server.endpoint)) }
        #expect(try await client.send(HTTPRequest("GET", "/"), to: server.endpoint).status == 200)
        #expect(streams.count == 8)
    }

    @Test
    func `a body above the maximum is refused`() async throws {
        let server = try StubServer.answering { _ in StubAnswer.ok(String(repeating: "x", count: 100_000)) }
        defer { server.stop() }
        var request = HTTPRequest("GET", "/")
        request.maximumBodyBytes = 99_999
        await #expect(throws: HTTPClientError.bodyTooLarge) { try await client.send(request, to: server.endpoint) }
        request.maximumBodyBytes = 100_000
        #expect(try await client.send(request, to: server.endpoint).body.count == 100_000)
    }

    @Test
    func `a token file is read again for each request`() async throws {
        let file = NSTemporaryDirectory() + "/token-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let server = try StubServer.answering { StubAnswer.ok($0.headers["authorization"] ?? "none") }
        defer { server.stop() }
        var endpoint = server.endpoint
        endpoint.bearerTokenFile = file
        for token in ["first", "second"] {
            try "\n\(token) \n".write(toFile: file, atomically: true, encoding: .utf8)
            let response = try await client.send(HTTPRequest("GET", "/"), to: endpoint)
            #expect(response.body == Array("Bearer \(token)".utf8))
        }
        for bad in ["", "a\r\nX-Evil: 1"] {
            try bad.write(toFile: file, atomically: true, encoding: .utf8)
            await #expect(throws: HTTPClientError.self) { try await client.send(HTTPRequest("GET", "/"), to: endpoint) }
        }
        #expect(server.connectionsSoFar == 1)
    }
}
