import Foundation
import HTTPClient
import Testing
import Threads

@Suite(.timeLimit(.minutes(2)))
struct HTTPClientStreamTests {
    let client: HTTPClient

    init() throws {
        client = try HTTPClient(maximumConnectionsPerHost: 2)
    }

    /// A server that sends one chunk and then nothing, and tells when the client has gone.
    private func silentServer(gone: SharedFlag) throws -> StubServer {
        try StubServer { connection in
            _ = connection.readRequest()
            connection.write(StubAnswer.chunkedHead + StubAnswer.chunk("hello"))
            connection.waitForClose()
            gone.raise()
        }
    }

    @Test
    func `a chunk is read while the response goes on`() async throws {
        let go = SharedFlag()
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.write(StubAnswer.chunkedHead + StubAnswer.chunk("first"))
            while !go.isRaised { usleep(1000) }
            connection.write(StubAnswer.chunk("second") + "0\r\n\r\n")
        }
        defer { server.stop() }
        let stream = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        #expect(stream.status == 200)
        #expect(stream.headers["transfer-encoding"] == "chunked")
        var read: [UInt8] = []
        for try await chunk in stream.body {
            read += chunk
            if read == Array("first".utf8) { go.raise() }
        }
        #expect(String(decoding: read, as: UTF8.self) == "firstsecond")
    }

    @Test(arguments: StubServer.Kind.allCases)
    func `a server is held back while nobody reads`(_ kind: StubServer.Kind) async throws {
        let total = 64 << 20
        let block = (0..<65536).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let playing = Locked<StubConnection?>(nil)
        let server = try StubServer(kind) { connection in
            connection.shrinkBuffers()
            playing.withLock { $0 = connection }
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            for _ in 0..<(total / block.count) {
                guard connection.write(block) else { return }
            }
            connection.waitForClose()
        }
        defer { server.stop() }
        var request = HTTPRequest("GET", "/")
        // It passes while nobody reads: the reader is slow here, not the server.
        request.idleLimit = .seconds(4)
        let stream = try await client.stream(request, to: server.endpoint)
        let connection = try #require(playing.withLock { $0 })
        var last = -1
        var since = ContinuousClock.now
        #expect(
            await eventually(within: .seconds(60)) {
                if connection.bytesWritten != last { since = .now }
                last = connection.bytesWritten
                return since.duration(to: .now) > .seconds(5) && last > 256 << 10
            })
        #expect(last < 16 << 20)
        var read = 0
        var largest = 0
        var isRight = true
        for try await chunk in stream.body {
            for index in stride(from: 0, to: chunk.count, by: 997) where isRight {
                isRight = chunk[index] == UInt8((read + index) % 65536 % 251)
            }
            read += chunk.count
            largest = max(largest, chunk.count)
        }
        #expect(read == total)
        #expect(isRight)
        #expect(largest <= (256 << 10) + (16 << 10))
    }

    @Test
    func `dropping a stream unread closes its connection`() async throws {
        let gone = SharedFlag()
        let server = try silentServer(gone: gone)
        defer { server.stop() }
        _ = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        #expect(await eventually { gone.isRaised })
    }

    @Test
    func `leaving the loop closes the connection, also while the stream is held`() async throws {
        let gone = SharedFlag()
        let server = try silentServer(gone: gone)
        defer { server.stop() }
        let stream = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        for try await chunk in stream.body {
            #expect(chunk == Array("hello".utf8))
            break
        }
        #expect(await eventually { gone.isRaised })
        await #expect(throws: HTTPClientError.cancelled) { try await stream.body.collect(upTo: 10) }
    }

    @Test
    func `cancelling the reading task closes the connection`() async throws {
        let gone = SharedFlag()
        let server = try silentServer(gone: gone)
        defer { server.stop() }
        let reading = SharedFlag()
        let task = Task {
            let stream = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
            for try await _ in stream.body { reading.raise() }
        }
        #expect(await eventually { reading.isRaised })
        task.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        #expect(await eventually { gone.isRaised })
    }

    @Test
    func `a stream that is cut off gives what came and then fails`() async throws {
        let server = try StubServer { connection in
            _ = connection.readRequest()
            connection.write(StubAnswer.chunkedHead + StubAnswer.chunk("part"))
        }
        defer { server.stop() }
        let stream = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        var read: [UInt8] = []
        do {
            for try await chunk in stream.body { read += chunk }
            Issue.record("not cut off")
        } catch {
            #expect(error.mayHaveBeenSent)
        }
        #expect(read == Array("part".utf8))
    }

    @Test
    func `a deadline and an idle limit end a stream`() async throws {
        let server = try silentServer(gone: SharedFlag())
        defer { server.stop() }
        var request = HTTPRequest("GET", "/")
        request.deadline = .milliseconds(200)
        let first = try await client.stream(request, to: server.endpoint)
        await #expect(throws: HTTPClientError.deadline) { try await first.body.collect(upTo: 100) }
        request.deadline = nil
        request.idleLimit = .milliseconds(200)
        let second = try await client.stream(request, to: server.endpoint)
        await #expect(throws: HTTPClientError.idle) { try await second.body.collect(upTo: 100) }
    }

    @Test
    func `collecting stops at its limit`() async throws {
        let server = try StubServer.answering { _ in StubAnswer.ok(String(repeating: "x", count: 5000), status: 500) }
        defer { server.stop() }
        let stream = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        #expect(stream.status == 500)
        await #expect(throws: HTTPClientError.bodyTooLarge) { try await stream.body.collect(upTo: 4999) }
        let other = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        #expect(try await other.body.collect(upTo: 5000).count == 5000)
    }

    @Test
    func `closing the client ends its streams`() async throws {
        let server = try silentServer(gone: SharedFlag())
        defer { server.stop() }
        let stream = try await client.stream(HTTPRequest("GET", "/"), to: server.endpoint)
        client.close()
        await #expect(throws: HTTPClientError.closed) { try await stream.body.collect(upTo: 100) }
    }
}
