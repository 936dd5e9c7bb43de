import Foundation
import Support
import Testing

extension EndToEnd {
    /// What may happen to a gateway's folder. The log has everything, so nothing that was accepted is lost.
    @Suite(.machine(.shared)) struct CacheFaultTests {
        @Test func `Its files are deleted while it runs: it goes on, and begins anew at its next start`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: docker)
                let requests = try (0..<2).map { try site.shell("exit \($0)") }
                try await gateway.api.submit(requests[0])
                try await gateway.api.waitForEnd(requests[0].jid)
                for name in try FileManager.default.contentsOfDirectory(atPath: gateway.stateDirectory) {
                    try FileManager.default.removeItem(atPath: "\(gateway.stateDirectory)/\(name)")
                }
                try await gateway.api.submit(requests[1])
                try await gateway.api.waitForEnd(requests[1].jid)
                try await gateway.kill()
                try await gateway.start()
                for (number, request) in requests.enumerated() {
                    #expect(try await gateway.api.get(request.jid).json["message"] == "exited (\(number))")
                }
            }
        }

        @Test func `A file that is no cache is refused in one line that names STATE_DIR`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway()
                try await gateway.api.submit(JobRequest(jid: "known"))
                try await gateway.kill()
                for end in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: "\(gateway.stateDirectory)/cache.sqlite\(end)")
                }
                try Data(repeating: 0x78, count: 100_000).write(
                    to: URL(fileURLWithPath: "\(gateway.stateDirectory)/cache.sqlite"))
                try await gateway.start(until: .launched)
                let exit = try await gateway.program.process?.waitForExit(within: .seconds(20))
                #expect(exit == .exited(78))
                #expect(gateway.program.log.lines(last: 1).first?.hasPrefix("pman-gateway: STATE_DIR ") == true)
                try FileManager.default.removeItem(atPath: "\(gateway.stateDirectory)/cache.sqlite")
                try await gateway.start()
                #expect(try await gateway.api.get("known").status == 200)
            }
        }

        @Test func `Its disk is full: it stops and says so, and loses nothing`() async throws {
            try await withSite { site in
                let gateway = try await site.idleGateway()
                let disk = try await SmallDisk(at: gateway.stateDirectory, megabytes: 2)
                defer { disk.remove() }
                try await stopsWhenFull(gateway, site)
                try await gateway.kill()
            }
        }

        @Test(arguments: [false, true])
        func `Its folder is read-only: it is refused in one line that names STATE_DIR`(_ hasCache: Bool) async throws {
            try await withSite { site in
                let gateway = try await site.idleGateway()
                let disk = try await SmallDisk(at: gateway.stateDirectory, megabytes: 16)
                defer { disk.remove() }
                if hasCache {
                    try await gateway.start()
                    try await gateway.api.submit(JobRequest(jid: "known"))
                    try await gateway.kill()
                }
                try await ManagedProcess.run("mount", ["-o", "remount,ro", gateway.stateDirectory])
                try await gateway.start(until: .launched)
                let exit = try await gateway.program.process?.waitForExit(within: .seconds(20))
                #expect(exit == .exited(78))
                #expect(gateway.program.log.lines(last: 1).first?.hasPrefix("pman-gateway: STATE_DIR ") == true)
                try await ManagedProcess.run("mount", ["-o", "remount,rw", gateway.stateDirectory])
                try await gateway.start()
                #expect(try await gateway.api.get("known").status == (hasCache ? 200 : 404))
                try await gateway.kill()
            }
        }

        private func stopsWhenFull(_ gateway: GatewayProcess, _ site: Site) async throws {
            try await gateway.start()
            var accepted: [String] = []
            while gateway.program.process?.isRunning == true, accepted.count < 5_000 {
                let request = JobRequest(args: [String(repeating: "x", count: 20_000)])
                if (try? await gateway.api.post(request))?.status == 201 { accepted.append(request.jid) }
            }
            let exit = try await gateway.program.process?.waitForExit(within: .seconds(40))
            #expect(exit == .exited(70))
            #expect(gateway.program.log.lines(last: 3).contains { $0.contains("check the disk of STATE_DIR") })
            #expect(accepted.count > 5)
            try await ManagedProcess.run("mount", ["-o", "remount,size=256m", gateway.stateDirectory])
            try await gateway.start()
            for jid in accepted { #expect(try await gateway.api.get(jid).status == 200) }
        }
    }
}
