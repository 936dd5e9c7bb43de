import Core
import Foundation
import Logging
import NIOPosix
import Testing

@testable import Gateway

struct AccessControlTests {
    private static func basic(_ name: String, _ password: String) -> String {
        "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }

    private static func with(_ text: String, _ body: (AccessControl, String) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "/access-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(AccessControl(path: path, threads: .singleton, logger: Logger(label: "test")), path)
    }

    private static let file = """
        pfcon:submit:\(Secrets.yescrypt)
        admin:operate:\(Secrets.bcrypt)
        grafana:read:\(Secrets.digest)
        """

    @Test func `Basic and bearer credentials are known by their entries`() async throws {
        try await Self.with(Self.file) { access, _ in
            // Twice: the second time it is remembered.
            for _ in 0..<2 {
                #expect(
                    await access.decide(Self.basic("pfcon", "geheim")) == .known(.init(name: "pfcon", role: .submit)))
                #expect(
                    await access.decide(Self.basic("admin", "geheim")) == .known(.init(name: "admin", role: .operate)))
                #expect(
                    await access.decide(Self.basic("grafana", "geheim")) == .known(.init(name: "grafana", role: .read)))
                #expect(await access.decide("bearer geheim") == .known(.init(name: "grafana", role: .read)))
            }
        }
    }

    @Test(arguments: [
        nil, "", "Basic", "Basic !!!", "Basic Z2VoZWlt", "Bearer", "Bearer ", "Digest geheim", "geheim",
        "Bearer Geheim",
        basic("pfcon", "Geheim"), basic("pfcon", ""), basic("pfcon", "geheim\0"), basic("nobody", "geheim"),
        basic("", "geheim"), "Bearer " + String(repeating: "x", count: 100_000),
    ])
    func `Everything else is unknown`(_ header: String?) async throws {
        try await Self.with(Self.file) { access, _ in #expect(await access.decide(header) == .unknown) }
    }

    @Test func `A hash of a password is no token`() async throws {
        try await Self.with("admin:operate:\(Secrets.bcrypt)") { access, _ in
            #expect(await access.decide("Bearer geheim") == .unknown)
            #expect(await access.decide("Bearer \(Secrets.bcrypt)") == .unknown)
        }
    }

    @Test func `A changed file counts soon, and a broken one does not`() async throws {
        try await Self.with(Self.file) { access, path in
            #expect(await access.decide("Bearer geheim") == .known(.init(name: "grafana", role: .read)))
            try "grafana:operate:\(Secrets.digest)".write(toFile: path, atomically: true, encoding: .utf8)
            try await Self.wait {
                await access.decide("Bearer geheim") == .known(.init(name: "grafana", role: .operate))
            }
            #expect(await access.decide(Self.basic("admin", "geheim")) == .unknown)
            try "no such line".write(toFile: path, atomically: true, encoding: .utf8)
            // It is looked at once a second; after two looks it has been seen.
            let end = ContinuousClock.now + .seconds(3)
            while .now < end {
                #expect(await access.decide("Bearer geheim") == .known(.init(name: "grafana", role: .operate)))
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    @Test func `A file that cannot be read is refused`() {
        #expect(throws: InvalidValue.self) {
            try AccessControl(path: "/nowhere/at/all", threads: .singleton, logger: Logger(label: "test"))
        }
    }

    private static func wait(_ condition: () async -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while await !condition() {
            try #require(.now < end, "did not happen within 10 s")
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
