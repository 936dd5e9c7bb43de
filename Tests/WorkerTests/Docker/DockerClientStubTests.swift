import Core
import Dispatch
import HTTPClient
import Testing
import Threads

@testable import Worker

@Suite(.timeLimit(.minutes(1)))
struct DockerClientStubTests {
    static let version = DockerStub.answer(200, #"{"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Version": "20.10"}"#)

    private func client(_ stub: DockerStub) throws -> DockerClient {
        DockerClient(http: try HTTPClient(), endpoint: HTTPEndpoint(unixSocket: stub.socket))
    }

    private func stub(_ answer: @escaping DockerStub.Script) throws -> DockerStub {
        try DockerStub { $0 == "GET /version" ? Self.version : answer($0) }
    }

    private func error<Value>(_ body: () async throws(DockerError) -> Value) async -> DockerError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test
    func `an engine that is not there is unreachable`() async throws {
        let client = DockerClient(
            http: try HTTPClient(), endpoint: HTTPEndpoint(unixSocket: "/nonexistent/docker.sock"))
        let error = await error { () async throws(DockerError) in
            try await client.startContainer("x", deadline: .seconds(1))
        }
        guard case .unreachable(.connectFailed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test
    func `a start whose answer is lost is unclear and is never repeated`() async throws {
        let stub = try stub { _ in "" }
        defer { stub.stop() }
        let client = try client(stub)
        let error = await error { () async throws(DockerError) in
            try await client.startContainer("x", deadline: .seconds(5))
        }
        guard case .unclear(.failed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(stub.requests == ["GET /version", "POST /containers/x/start"])
    }

    @Test
    func `a start that takes too long is unclear`() async throws {
        let stub = try stub { _ in nil }
        defer { stub.stop() }
        let client = try client(stub)
        let error = await error { () async throws(DockerError) in
            try await client.startContainer("x", deadline: .milliseconds(200))
        }
        #expect(error == .unclear(.deadline))
    }

    @Test
    func `a start that never left because the version was not told is not unclear`() async throws {
        let stub = try DockerStub { _ in "" }
        defer { stub.stop() }
        let client = try client(stub)
        let error = await error { () async throws(DockerError) in
            try await client.startContainer("x", deadline: .seconds(5))
        }
        guard case .unreachable(.failed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!stub.requests.contains("POST /containers/x/start"))
    }

    @Test
    func `a refusal has the engine's words, and 304 is no refusal`() async throws {
        let stub = try stub { request in
            switch request {
            case "POST /containers/running/start": "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"
            case "GET /images/a%2Fb%3A1/json": DockerStub.answer(404, #"{"message": "No such image: a/b:1"}"#)
            case "GET /containers/bad/json": DockerStub.answer(200, "<html>")
            default: DockerStub.answer(409, #"{"message": "is in use"}"#)
            }
        }
        defer { stub.stop() }
        let client = try client(stub)
        #expect(try await client.startContainer("running", deadline: .seconds(5)) == false)
        #expect(try await client.inspectImage("a/b:1") == nil)
        let refused = await error { () async throws(DockerError) in
            try await client.removeContainer("x", force: false, volumes: false)
        }
        #expect(refused == .status(409, message: "is in use"))
        let bad = await error { () async throws(DockerError) in try await client.inspectContainer("bad") }
        guard case .malformed = bad else {
            Issue.record("\(String(describing: bad))")
            return
        }
        #expect(stub.requests.count { $0 == "GET /version" } == 1)
    }

    @Test
    func `an error inside the stream of a success fails the pull`() async throws {
        let stub = try stub { _ in
            DockerStub.answer(
                200,
                #"{"status":"Pulling from a","id":"1"}"# + "\r\n"
                    + #"{"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"l"}"# + "\r\n"
                    + #"{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}"# + "\r\n")
        }
        defer { stub.stop() }
        var seen: [DockerPullProgress] = []
        let pull = try client(stub).pullImage("a:1")
        do {
            for try await progress in pull { seen.append(progress) }
            Issue.record("did not fail")
        } catch {
            #expect(error == .pullFailed("manifest unknown", isPermanent: true))
        }
        #expect(seen.map(\.status) == ["Pulling from a", "Downloading"])
        #expect(seen.last?.total == 2)
    }

    @Test
    func `a pull that fails while its job waits elsewhere is told when the job comes back`() async throws {
        let failure = DockerStub.answer(
            200, #"{"errorDetail":{"message":"no space left"},"error":"no space left"}"# + "\r\n")
        let mayFail = DispatchSemaphore(value: 0)
        let pulls = Locked(0)
        let stub = try stub { request in
            guard request == "POST /images/create" else { return nil }
            if pulls.withLock({ count in
                count += 1
                return count
            }) == 1 {
                mayFail.wait()
            }
            return failure
        }
        defer { stub.stop() }
        let images = DockerImages(client: try client(stub), credentials: RegistryCredentials())
        func trouble(_ image: String) async throws -> EngineTrouble? {
            let reference = try Core.ImageReference(image)
            do throws(EngineTrouble) {
                try await images.pull(reference)
                return nil
            } catch {
                return error
            }
        }
        #expect(try await trouble("a:1") == .preparing("pulling image a:1"))
        mayFail.signal()
        // Answered after the first one, so that is over then.
        _ = try await trouble("b:1")
        #expect(
            try await trouble("a:1") == .transient("image a:1 cannot be pulled: no space left"))
        #expect(pulls.withLock { $0 } == 2)
        _ = try await trouble("a:1")
        #expect(pulls.withLock { $0 } == 3, "told once, it is tried again")
    }

    @Test
    func `a pull that falls silent is given up`() async throws {
        let stub = try stub { _ in nil }
        defer { stub.stop() }
        let pull = try client(stub).pullImage("a:1", idleLimit: .milliseconds(200))
        let error = await error { () async throws(DockerError) in for try await _ in pull {} }
        #expect(error == .unclear(.idle))
    }

    @Test
    func `events that stop in the middle are an error, and those before it arrive`() async throws {
        let stub = try stub { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n26\r\n"
                + #"{"Type":"container","Action":"start"}"# + "\n\r\n10\r\n{\"Type\""
        }
        defer { stub.stop() }
        var seen: [String] = []
        do {
            for try await event in try client(stub).events() { seen.append(event.action) }
            Issue.record("did not fail")
        } catch let error as DockerError {
            guard case .unclear = error else { throw error }
        }
        #expect(seen == ["start"])
    }

    @Test
    func `a log that ends in the middle of a frame is not passed off as whole`() async throws {
        let stub = try stub { _ in DockerStub.answer(200, "\u{1}\0\0\0\0\0\0\u{9}half") }
        defer { stub.stop() }
        let logs = try client(stub).containerLogs("x", isTTY: false)
        let error = await error { () async throws(DockerError) in for try await _ in logs {} }
        guard case .malformed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
