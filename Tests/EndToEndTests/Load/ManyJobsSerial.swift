import Foundation
import Support
import Testing

extension EndToEnd.Serial {
    @Suite struct ManyJobsSerial {
        @Test func `Many jobs posted at once are accepted within seconds, all finish, and memory stays bounded`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker)
                let requests = try (0..<(Scale.isNightly ? 1000 : 300)).map { _ in try site.job(JobRequest()) }
                let began = ContinuousClock.now
                try await forEachTogether(requests, width: 32) { request in
                    let status = try await gateway.api.post(request).status
                    #expect(status == 201)
                }
                let accepted = ContinuousClock.now - began
                #expect(accepted < Scale.time(.seconds(10)))
                for request in requests {
                    let ended = try await gateway.api.waitForEnd(request.jid, within: Scale.time(.seconds(180)))
                    #expect(ended["status"] == "finishedSuccessfully")
                }
                let finished = ContinuousClock.now - began
                let memory = try [gateway.program, worker.program].map { try peakMebibytes($0) }
                print(
                    "    \(requests.count) jobs: accepted in \(accepted), finished in \(finished);",
                    "peak memory: gateway \(memory[0]) MiB, worker \(memory[1]) MiB")
                #expect(memory.allSatisfy { $0 < 250 })
                let deleted = try await together(requests, width: 32) { try await gateway.api.delete($0.jid).status }
                #expect(deleted.allSatisfy { $0 == 204 })
                try await eventually(within: Scale.time(.seconds(120)), "all containers are gone") {
                    try await site.containers(on: docker).isEmpty
                }
            }
        }

        /// The most memory that it ever had resident.
        private func peakMebibytes(_ program: ProgramUnderTest) throws -> Int {
            let identifier = try #require(program.process?.processIdentifier)
            let status = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) / 1024
        }
    }
}
