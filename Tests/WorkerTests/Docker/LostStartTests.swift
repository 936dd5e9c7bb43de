import Core
import HTTPClient
import Logging
import Program
import Testing
import Threads

@testable import Worker

/// Starts that the engine does not answer.
@Suite(.timeLimit(.minutes(1)))
struct LostStartTests {
    /// An engine that holds one container, which never starts.
    private final class SilentEngine: Sendable {
        let answers = Locked<[String: String?]>([:])
        let stub: DockerStub
        static let id = String(repeating: "a", count: 64)

        init() throws {
            let answers = answers
            stub = try DockerStub { request in
                let call = request.split(separator: "/").last.map(String.init) ?? ""
                if let planned = answers.withLock({ $0[call] }) { return planned }
                return switch call {
                case "version": DockerClientStubTests.version
                case "json":
                    DockerStub.answer(
                        200,
                        #"{"Id":"\#(Self.id)","State":{"Status":"created","StartedAt":"0001-01-01T00:00:00Z"},"#
                            + #""Config":{"Labels":{"org.chrisproject.pman.jid":"job"}}}"#)
                default: DockerStub.answer(204, "")
                }
            }
        }

        func plan(_ answer: String?, to call: String) { answers.withLock { $0[call] = .some(answer) } }
        func answersAll() { answers.withLock { $0 = [:] } }
    }

    private func withEngine(_ body: (SilentEngine, DockerEngine, HeldObject) async throws -> Void) async throws {
        let silent = try SilentEngine()
        defer { silent.stub.stop() }
        let client = DockerClient(http: try HTTPClient(), endpoint: HTTPEndpoint(unixSocket: silent.stub.socket))
        let reader = SettingsReader(["STORAGE_TYPE": "host", "STOREBASE": "/store"])
        var engine = DockerEngine(
            calls: client, streams: client, images: DockerImages(client: client, credentials: RegistryCredentials()),
            settings: try JobSettings(reader, .docker), storageRoot: "/store", installation: "test.",
            traits: EngineTraits(), logger: Logger(label: "test"))
        engine.startDeadline = .milliseconds(300)
        try await body(silent, engine, HeldObject(id: try ObjectID(SilentEngine.id), name: "job-1"))
    }

    private func outcome(
        _ engine: DockerEngine, _ object: HeldObject
    ) async -> Result<StartAttempt.Outcome, EngineTrouble> {
        do throws(EngineTrouble) { return .success(try await engine.start(object)) } catch { return .failure(error) }
    }

    @Test
    func `An engine that goes away after a start it did not answer may have run the job: it is not started again`()
        async throws
    {
        try await withEngine { silent, engine, object in
            silent.plan(nil, to: "start")
            silent.plan("", to: "rename")
            guard case .failure(.away) = await outcome(engine, object) else {
                Issue.record("the engine was not away")
                return
            }
            silent.answersAll()
            let taken = HeldObject(id: object.id, name: nil)
            #expect(await outcome(engine, taken) == .success(.refused(StartAttempt.doubt)))
            #expect(silent.stub.requests.count { $0.hasSuffix("/start") } == 1)
        }
    }

    @Test func `It is found out as well when only the stream of events has ended`() async throws {
        try await withEngine { silent, engine, object in
            silent.plan(nil, to: "start")
            silent.plan(DockerStub.answer(500, #"{"message":"busy"}"#), to: "rename")
            guard case .failure(.transient) = await outcome(engine, object) else {
                Issue.record("the engine was not busy")
                return
            }
            silent.plan("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", to: "events")
            await #expect(throws: (any Error).self) { for try await _ in try await engine.changes() {} }
            silent.answersAll()
            let taken = HeldObject(id: object.id, name: nil)
            #expect(await outcome(engine, taken) == .success(.refused(StartAttempt.doubt)))
        }
    }

    @Test func `An engine that was only slow is asked again`() async throws {
        try await withEngine { silent, engine, object in
            silent.plan(nil, to: "start")
            silent.plan(DockerStub.answer(500, #"{"message":"busy"}"#), to: "rename")
            guard case .failure(.transient) = await outcome(engine, object) else {
                Issue.record("the engine was not busy")
                return
            }
            silent.answersAll()
            #expect(await outcome(engine, HeldObject(id: object.id, name: nil)) == .success(.started))
        }
    }
}
