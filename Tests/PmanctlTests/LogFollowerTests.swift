import Testing
import Threads

@testable import Pmanctl

@Suite struct LogFollowerTests {
    private func output(_ text: String) -> String { "event: output\ndata: {\"text\": \"\(text)\"}\n\n" }
    private static let end = "event: end\ndata: {\"status\": \"finishedSuccessfully\"}\n\n"

    /// What a follower prints and says when the gateway's streams are these, one after the other.
    private func follow(_ streams: [String], tail: Int? = nil) async throws -> (printed: String, said: [String]) {
        let tries = Locked(0)
        let stub = try StubGateway { _ in
            let number = tries.withLock { count in
                count += 1
                return count - 1
            }
            return number < streams.count
                ? .init(body: streams[number], isStream: true) : .init(status: 404, body: "{}")
        }
        defer { stub.stop() }
        var printed: [UInt8] = []
        var said: [String] = []
        var follower = LogFollower(gateway: try stub.gateway(), job: JobAddress(backend: "docker", jid: "j")) {
            printed += $0
        }
        follower.say = { said.append($0) }
        follower.pause = .milliseconds(10)
        follower.tail = tail
        follower.saysWhy = true
        try await follower.run()
        return (String(decoding: printed, as: UTF8.self), said)
    }

    @Test func `Output is printed as it comes, until the end`() async throws {
        let seen = try await follow([output("a\\n") + output("b\\n") + Self.end])
        #expect(seen.printed == "a\nb\n")
        #expect(seen.said.isEmpty)
    }

    @Test func `A stream that breaks off goes on where it was`() async throws {
        let seen = try await follow([
            output("a\\nb\\n") + output("c"), output("a\\nb\\nc\\nd\\n") + output("e\\n") + Self.end,
        ])
        #expect(seen.printed == "a\nb\nc\nd\ne\n")
        #expect(seen.said.isEmpty)
    }

    @Test func `Output that cannot be fitted together is said to be so`() async throws {
        let seen = try await follow([output("a\\n"), output("x\\n") + Self.end])
        #expect(seen.printed == "a\nx\n")
        #expect(seen.said.count == 1)
    }

    @Test func `Only the last lines of what is known are wanted, and all of what comes`() async throws {
        let seen = try await follow([output("a\\nb\\nc\\n") + output("d\\ne\\n") + Self.end], tail: 1)
        #expect(seen.printed == "c\nd\ne\n")
    }

    @Test func `What is missing and why there is nothing is said`() async throws {
        let seen = try await follow([
            "event: waiting\ndata: {\"reason\": \"it has not started\"}\n\n" + output("a\\n")
                + "event: dropped\ndata: {\"bytes\": 7}\n\n" + output("b\\n")
                + "event: dropped\ndata: {\"bytes\": 8, \"at_least\": true}\n\n" + Self.end
        ])
        #expect(
            seen.said == [
                "no output for now: it has not started", "7 bytes of output are missing here",
                "8 bytes of output and more are missing here",
            ])
    }

    @Test func `A job that is removed meanwhile is exit status 66`() async throws {
        let trouble = await #expect(throws: Trouble.self) {
            try await follow(["event: end\ndata: {\"status\": \"deleted\"}\n\n"])
        }
        #expect(trouble?.exit == .notFound)
    }

    @Test(
        arguments: [("", "ab", "ab"), ("a", "ab", "b"), ("ab", "abab", ""), ("x", "ab", nil), ("abc", "c", nil)]
            as [(String, String, String?)])
    func `The rest is what comes after the last place that is known`(_ end: String, _ known: String, _ rest: String?) {
        var printed = PrintedOutput()
        printed.add(Array(end.utf8))
        #expect(printed.rest(of: Array(known.utf8)).map { String(decoding: $0, as: UTF8.self) } == rest)
    }
}
