import Foundation
import Support
import Testing
import Threads

extension EndToEnd.Serial {
    @Suite struct MalformedRequestsSerial {
        /// `make malformed` sends 1,000,000.
        private static let count =
            ProcessInfo.processInfo.environment["PMAN_TEST_MALFORMED"].flatMap { Int($0) } ?? Scale.count(20_000)
        private static let clients = 6

        @Test func `Malformed requests crash nothing, get no 5xx, and leave nothing behind`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway(["LOG_LEVEL": "info"])
                let process = try #require(gateway.program.process)
                let address = gateway.program.http.address
                let client = MalformedClient(address: address)

                let began = ContinuousClock.now
                var tally = try await client.send(Self.atEveryPlace())
                tally += try await client.send(Self.deep())
                // By then every path was taken; from here on nothing may grow.
                tally += try await Self.flood(client, (Self.count - tally.sent) / 2, part: 1)
                let (memory, descriptors) = (try Self.memory(process), try Self.descriptors(process))
                tally += try await Self.flood(client, Self.count - tally.sent, part: 2)
                let seconds = (ContinuousClock.now - began).components.seconds

                #expect(tally.problems.isEmpty, "\(tally.problems.joined(separator: "\n"))")
                #expect(tally.byStatus.keys.allSatisfy { $0 < 500 })
                #expect(process.isRunning && gateway.program.process?.processIdentifier == process.processIdentifier)
                try await eventually(within: .seconds(30), "its connections are closed") {
                    try Self.descriptors(process) <= descriptors
                }
                let after = try Self.memory(process)
                #expect(after < memory + memory / 4 + 32)
                let figures = tally.byStatus.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                print(
                    "    \(tally.sent) malformed requests in \(seconds) s; \(figures.joined(separator: ", ")), closed:",
                    "\(tally.closed); memory \(memory) MiB, then \(after) MiB; seed \(SeededGenerator.seed)")

                // It is as good as before.
                let page = try await gateway.program.http.send("GET", "/api/v2/jobs")
                #expect(page.status == 200 && page.text.contains(#""jobs":[]"#))
            }
        }

        private static func flood(_ client: MalformedClient, _ count: Int, part: UInt64) async throws
            -> MalformedClient.Tally
        {
            let tallies = try await together(Array(0..<clients), width: clients) { number in
                let left = Locked(max(0, count) / clients)
                let requests = Locked(
                    MalformedRequests(seed: SeededGenerator.seed &+ part &* 1_000 &+ UInt64(number)))
                return try await client.send {
                    left.withLock { left in
                        left -= 1
                        return left < 0 ? nil : requests.withLock { $0.next() }
                    }
                }
            }
            return tallies.reduce(into: MalformedClient.Tally()) { $0 += $1 }
        }

        private static func atEveryPlace() -> @Sendable () -> MalformedRequest? {
            one(after: MalformedBodies.atEveryPlace.map { MalformedRequest("POST", Array("/api/v1/".utf8), body: $0) })
        }

        /// So deep that a decoder that calls itself for each level would run out of stack.
        private static func deep() -> @Sendable () -> MalformedRequest? {
            var generator = SeededGenerator(seed: 1)
            let bodies = [500, 513, 100_000, 1_000_000].flatMap { depth in
                (0..<4).map { _ in MalformedBodies.nested(min(depth, 600_000), using: &generator) }
            }
            return one(after: bodies.map { MalformedRequest("POST", Array("/api/v1/".utf8), body: $0) })
        }

        private static func one(after requests: [MalformedRequest]) -> @Sendable () -> MalformedRequest? {
            let rest = Locked(requests[...])
            return { rest.withLock { $0.popFirst() } }
        }

        /// In MiB, resident now.
        private static func memory(_ process: ManagedProcess) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) / 1024
        }

        private static func descriptors(_ process: ManagedProcess) throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.processIdentifier)/fd").count
        }
    }
}
