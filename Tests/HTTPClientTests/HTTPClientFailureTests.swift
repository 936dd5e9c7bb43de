import Foundation
import HTTPClient
import Testing
import Threads

@Suite(.timeLimit(.minutes(2)))
struct HTTPClientFailureTests {
    let client: HTTPClient

    init() throws {
        client = try HTTPClient(maximumConnectionsPerHost: 2)
    }

    private func error(_ request: HTTPRequest = HTTPRequest("GET", "/"), to endpoint: HTTPEndpoint) async
        -> HTTPClientError?
    {
        do {
            _ = try await client.send(request, to: endpoint)
            return nil
        } catch {
            return error
        }
    }

    private func isConnectFailed(_ error: HTTPClientError?) -> Bool {
        if case .connectFailed(let text) = error { !text.isEmpty } else { false }
    }

    private func isFailed(_ error: HTTPClientError?) -> Bool {
        if case .failed = error { true } else { false }
    }

    @Test
    func `nobody listening is a failed connection`() async throws {
        let port = try StubSocket.freePort()
        let refused = await error(to: HTTPEndpoint(url: "http://127.0.0.1:\(port)"))
        #expect(isConnectFailed(refused))
        #expect(refused?.mayHaveBeenSent == false)
        #expect(isConnectFailed(await error(to: HTTPEndpoint(unixSocket: "/nonexistent/socket"))))
        #expect(isConnectFailed(await error(to: HTTPEndpoint(url: "http://name.invalid"))))
    }

    @Test
    func `a handshake that does not come is a failed connection within the connect timeout`() async throws {
        let server = try StubServer(.tcp) { $0.waitForClose() }
        defer { server.stop() }
        guard case .url(let url) = server.endpoint.address else { return }
        var request = HTTPRequest("GET", "/")
        request.connectTimeout = .milliseconds(200)
        #expect(isConnectFailed(await error(request, to: HTTPEndpoint(url: url.replacing("http:", with: "https:")))))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
    ])
    func `a connection lost in the middle may have done its work`(_ sent: String) async throws {
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.write(sent)
        }
        defer { server.stop() }
        let error = await error(to: server.endpoint)
        #expect(isFailed(error), "\(String(describing: error))")
        #expect(error?.mayHaveBeenSent == true)
    }

    @Test
    func `an answer that is not HTTP is a failure`() async throws {
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.write("SSH-2.0-OpenSSH\r\n")
        }
        defer { server.stop() }
        #expect(isFailed(await error(to: server.endpoint)))
    }

    @Test
    func `a request on a fresh connection is never sent twice`() async throws {
        let seen = Locked<[String]>([])
        let server = try StubServer { connection in
            // The first request of a connection is answered; it dies with the second one read and unanswered.
            for turn in 0..<2 {
                guard let request = connection.readRequest() else { return }
                seen.withLock { $0.append(request.target) }
                if turn == 0, request.target != "/die" { connection.write(StubAnswer.ok("ok")) } else { return }
            }
        }
        defer { server.stop() }
        #expect(await error(to: server.endpoint) == nil)
        // This is what libcurl does by itself: the second request comes twice.
        #expect(await error(HTTPRequest("POST", "/reused"), to: server.endpoint) == nil)
        #expect(seen.withLock { $0.count { $0 == "/reused" } } == 2)
        var request = HTTPRequest("POST", "/die")
        request.freshConnection = true
        #expect(isFailed(await error(request, to: server.endpoint)))
        #expect(seen.withLock { $0.count { $0 == "/die" } } == 1)
        request.path = "/fresh"
        let before = server.connectionsSoFar
        #expect(await error(request, to: server.endpoint) == nil)
        #expect(server.connectionsSoFar == before + 1)
    }

    @Test
    func `a deadline ends the call and its connection`() async throws {
        let closed = Locked(false)
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
            closed.withLock { $0 = true }
        }
        defer { server.stop() }
        var request = HTTPRequest("GET", "/")
        request.deadline = .milliseconds(150)
        let start = ContinuousClock.now
        #expect(await error(request, to: server.endpoint) == .deadline)
        #expect(ContinuousClock.now - start >= .milliseconds(150))
        #expect(await eventually { closed.withLock { $0 } })
    }

    @Test
    func `waiting for a turn counts against the deadline, and nothing was sent`() async throws {
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }
        defer { server.stop() }
        let hogs = (0..<2).map { _ in Task { try await client.send(HTTPRequest("GET", "/"), to: server.endpoint) } }
        #expect(await eventually { server.openConnections == 2 })
        var request = HTTPRequest("GET", "/")
        request.deadline = .milliseconds(100)
        #expect(isConnectFailed(await error(request, to: server.endpoint)))
        for hog in hogs { hog.cancel() }
        #expect(await eventually { server.openConnections == 0 })
    }

    @Test
    func `silence beyond the idle limit ends the call, bytes do not`() async throws {
        let server = try StubServer { connection in
            let request = connection.readRequest()
            connection.write(StubAnswer.chunkedHead)
            for _ in 0..<8 {
                usleep(40_000)
                connection.write(StubAnswer.chunk("."))
            }
            if request?.target == "/ends" { connection.write("0\r\n\r\n") }
            connection.waitForClose()
        }
        defer { server.stop() }
        var request = HTTPRequest("GET", "/ends")
        request.deadline = nil
        request.idleLimit = .milliseconds(250)
        #expect(await error(request, to: server.endpoint) == nil)
        request.path = "/hangs"
        #expect(await error(request, to: server.endpoint) == .idle)
    }

    @Test(arguments: [false, true])
    func `cancelling the task closes the connection`(_ waitsForTurn: Bool) async throws {
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }
        defer { server.stop() }
        let count = waitsForTurn ? 5 : 1
        let tasks = (0..<count).map { _ in Task { await error(to: server.endpoint) } }
        #expect(await eventually { server.openConnections == min(count, 2) })
        for task in tasks.reversed() { task.cancel() }
        for task in tasks { #expect(await task.value == .cancelled) }
        #expect(await eventually { server.openConnections == 0 })
    }

    @Test
    func `a task that is cancelled already sends nothing`() async throws {
        let server = try StubServer.answering { _ in StubAnswer.ok("") }
        defer { server.stop() }
        let task = Task {
            _ = await eventually { Task.isCancelled }
            return await error(to: server.endpoint)
        }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(server.connectionsSoFar == 0)
    }

    @Test
    func `closing the client ends what is under way and refuses what comes later`() async throws {
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }
        defer { server.stop() }
        let tasks = (0..<4).map { _ in Task { await error(to: server.endpoint) } }
        #expect(await eventually { server.openConnections == 2 })
        client.close()
        for task in tasks { #expect(await task.value == .closed) }
        #expect(await error(to: server.endpoint) == .closed)
        #expect(await eventually { server.openConnections == 0 })
    }

    @Test(arguments: [
        ("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "a\0b"), ("X\r\nY", "a"), ("X Y", "a"), ("", "a"), ("X:", "a"),
    ])
    func `a header that would become two is refused`(_ name: String, _ value: String) async throws {
        var request = HTTPRequest("GET", "/")
        request.headers = [(name, value)]
        guard case .invalidRequest = await error(request, to: HTTPEndpoint(unixSocket: "/nonexistent")) else {
            Issue.record("not refused")
            return
        }
    }

    @Test(arguments: [
        ("GET", "relative"), ("GET", "/a b"), ("GET", "/a\r\nX: y"), ("GET", "/a#b"), ("GET", "/ä"), ("G T", "/"),
        ("GET\r\nX: y", "/"), ("", "/"),
    ])
    func `a method or path that is none is refused`(_ method: String, _ path: String) async throws {
        guard
            case .invalidRequest = await error(HTTPRequest(method, path), to: HTTPEndpoint(unixSocket: "/nonexistent"))
        else {
            Issue.record("not refused")
            return
        }
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://host", "host:80", "http://u:p@host", "http://a b", "http://host?x", "http://",
    ])
    func `an address that is no plain HTTP one is refused`(_ url: String) async throws {
        guard case .invalidRequest = await error(to: HTTPEndpoint(url: url)) else {
            Issue.record("not refused")
            return
        }
    }
}
