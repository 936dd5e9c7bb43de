import Foundation
import Support
import Testing

extension Conformance {
    /// What was recorded against pman 6.3.1 on Docker.
    @Suite struct RecordedCasesTests {
        /// By one gateway, then by two in turns and with two workers; not at once, because the ids are the same.
        @Test(.enabled(if: BackendKind.own.contains(.docker)))
        func `On Docker every recorded request is answered as expected`() async throws {
            try await Benches.share(.docker) { bench in
                let cases = try RecordedCase.all()
                var found = try await Replay(gateways: [bench.api], storage: bench.storage).run(cases)
                #expect(found.isEmpty, "\(found)")
                let (gateway, worker) = try await bench.secondPrograms()
                found = try await Replay(gateways: [bench.api, gateway.api], storage: bench.storage).run(cases)
                #expect(found.isEmpty, "with two gateways: \(found)")
                for program in [gateway.program, worker.program] { try await program.kill() }
            }
        }

        @Test(.enabled(if: BackendKind.own.contains(.swarm)))
        func `On Swarm the answers differ in what its page says, and in nothing else`() async throws {
            let listed = try Self.listed()
            #expect(!listed.isEmpty)
            try await Benches.share(.swarm) { bench in
                let found = try await Replay(gateways: [bench.api], storage: bench.storage).run(try RecordedCase.all())
                for id in Set(found.keys).union(listed.keys).sorted() {
                    #expect(found[id] ?? [] == listed[id] ?? [], "\(id)")
                }
            }
        }

        /// The table of docs/backends/swarm.md: cases by their ids, and what they differ in.
        private static func listed() throws -> [String: Set<String>] {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appending(path: "../../../docs/backends/swarm.md").standardized
            let page = try String(contentsOf: file, encoding: .utf8)
            guard let start = page.range(of: "## What differs from the recorded cases") else { return [:] }
            var listed: [String: Set<String>] = [:]
            for line in page[start.upperBound...].split(separator: "\n") {
                if line.hasPrefix("## ") { break }
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                guard cells.count == 3, cells[0].hasPrefix("`") else { continue }
                listed[cells[0].trimmingCharacters(in: ["`"]), default: []].insert(cells[1])
            }
            return listed
        }
    }
}
