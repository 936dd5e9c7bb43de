import Core
import HTTPClient
import Testing
import Threads

@testable import Pmanctl

@Suite struct GatewayTests {
    private let job = JobAddress(backend: "docker", jid: "job-1")

    @Test func `Credentials are sent, and the id is encoded`() async throws {
        let stub = try StubGateway { _ in .init(body: "{}") }
        defer { stub.stop() }
        let odd = JobAddress(backend: "docker", jid: "a/b c")
        _ = try await stub.gateway(credentials: "anna:pw@").get(Gateway.path(of: odd, "/logs"))
        #expect(stub.requests.first?.headers["authorization"] == "Basic YW5uYTpwdw==")
        #expect(stub.requests.first?.target == "/api/v2/jobs/docker/a%2Fb%20c/logs")
    }

    @Test(arguments: [
        (400, #"{"message": {"image": "bad", "args": "worse"}}"#, "args: worse\nimage: bad", ExitReason.refused),
        (404, #"{"message": "no such job"}"#, "no such job", .notFound),
        (409, #"{"message": "it has ended"}"#, "it has ended", .refused),
        (503, #"{"message": "the broker is away"}"#, "the broker is away", .unreachable),
        (500, "<html>", "the gateway answered 500 without a message", .failure),
    ])
    func `Errors go on in the gateway's words`(_ status: Int, _ body: String, _ message: String, _ exit: ExitReason)
        async throws
    {
        let stub = try StubGateway { _ in .init(status: status, body: body) }
        defer { stub.stop() }
        let gateway = try stub.gateway()
        let trouble = await #expect(throws: Trouble.self) { try await gateway.get("/x") }
        #expect(trouble == Trouble(message, exit))
    }

    @Test func `Who may not is told where credentials belong`() async throws {
        let stub = try StubGateway { _ in .init(status: 401, body: #"{"message": "who are you?"}"#) }
        defer { stub.stop() }
        let gateway = try stub.gateway(token: "s3cret")
        let trouble = await #expect(throws: Trouble.self) { try await gateway.get("/x") }
        #expect(trouble?.exit == .notAllowed)
        #expect(trouble?.message.contains("PMAN_TOKEN") == true)
        #expect(trouble?.message.contains("s3cret") == false)
    }

    @Test func `A gateway that is not there is exit status 69, and says where it was looked for`() async throws {
        let gateway = try Gateway(GatewayAddress(url: "http://u:s3cret@127.0.0.1:\(try StubGateway.closedPort())"))
        let trouble = await #expect(throws: Trouble.self) { try await gateway.get("/x") }
        #expect(trouble?.exit == .unreachable)
        #expect(trouble?.message.contains("PMAN_URL") == true)
        #expect(trouble?.message.contains("s3cret") == false)
        #expect(trouble?.message.contains("\n") == false)
    }

    @Test func `The same POST is sent again after 503 and after a broken connection`() async throws {
        let tries = Locked(0)
        let stub = try StubGateway { _ in
            switch tries.withLock({ count in
                count += 1; return count
            }) {
            case 1: .init(status: 503, body: #"{"message": "not known"}"#)
            case 2: nil
            default: .init(status: 201, body: #"{"jid": "j"}"#)
            }
        }
        defer { stub.stop() }
        let submission = JobSubmission(gateway: try stub.gateway(), backend: "swarm", body: Array("{}".utf8))
        var reasons: [String] = []
        let answer = try await submission.send(until: .now + .seconds(120), pause: .milliseconds(10)) {
            reasons.append($0)
        }
        #expect(String(decoding: answer, as: UTF8.self) == #"{"jid": "j"}"#)
        #expect(reasons.first == "not known")
        #expect(stub.requests.allSatisfy { $0.target == "/swarm/api/v1/" && $0.body == "{}" })
        #expect(stub.requests.count >= 3)
    }

    @Test func `A POST that stays unknown says so`() async throws {
        let stub = try StubGateway { _ in .init(status: 503, body: #"{"message": "not known"}"#) }
        defer { stub.stop() }
        let submission = JobSubmission(gateway: try stub.gateway(), backend: nil, body: [])
        let trouble = await #expect(throws: Trouble.self) {
            try await submission.send(until: .now + .milliseconds(50), pause: .milliseconds(10)) { _ in }
        }
        #expect(trouble?.exit == .unreachable)
        #expect(trouble?.message.contains("not known") == true)
    }

    @Test func `A POST that is refused is not repeated, nor one that reaches nobody`() async throws {
        let stub = try StubGateway { _ in .init(status: 409, body: #"{"message": "in use"}"#) }
        defer { stub.stop() }
        for (gateway, exit) in [
            (try stub.gateway(), ExitReason.refused),
            (try Gateway(GatewayAddress(url: "http://127.0.0.1:\(try StubGateway.closedPort())")), .unreachable),
        ] {
            let submission = JobSubmission(gateway: gateway, backend: nil, body: [])
            let trouble = await #expect(throws: Trouble.self) {
                try await submission.send(until: .now + .seconds(60)) { _ in }
            }
            #expect(trouble?.exit == exit)
        }
        #expect(stub.requests.count == 1)
    }
}
