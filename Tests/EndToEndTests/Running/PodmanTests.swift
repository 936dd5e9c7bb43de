import Foundation
import Glibc
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared), .enabled(if: TestParts.include("podman"))) struct PodmanTests {
        /// A job that reads and writes, one that fails, one that must be refused, and the removal.
        private func tryOut(_ podman: PrivatePodman, _ environment: [String: String], _ site: Site) async throws {
            // A rootless engine's containers have no more rights than its user.
            chmod(site.storage.path, 0o755)
            let gateway = try await site.gateway()
            _ = try await site.worker(on: podman, environment)

            let good = try site.shell("cat /share/incoming/in; echo done > /share/outgoing/out")
            let input = "\(site.storage.path)/\(good.inputDir)/in"
            try Data("hello\n".utf8).write(to: URL(fileURLWithPath: input))
            chmod("\(site.storage.path)/\(good.outputDir)", 0o777)
            try await gateway.api.submit(good)
            let ended = try await gateway.api.waitForEnd(good.jid)
            #expect(ended["status"] == "finishedSuccessfully")
            #expect(ended["message"] == "exited (0)")
            #expect(ended["logs"] == "hello\n")
            #expect(try site.storage.read("\(good.outputDir)/out") == "done\n")

            let bad = try site.shell("exit 7")
            try await gateway.api.submit(bad)
            #expect(try await gateway.api.waitForEnd(bad.jid)["message"] == "exited (7)")

            var missing = try site.shell("true")
            missing.entrypoint = ["/bin/nope"]
            try await gateway.api.submit(missing)
            let refused = try await gateway.api.waitForEnd(missing.jid)
            #expect(refused["status"] == "finishedWithError")
            #expect(refused["message"].string?.contains("is the program in the image") == true)

            var graphics = try site.shell("true")
            graphics.gpuLimit = 1
            try await gateway.api.submit(graphics)
            #expect(try await gateway.api.waitForEnd(graphics.jid)["message"].string?.contains("gpu_limit") == true)

            #expect(try await gateway.api.delete(good.jid).status == 204)
            try await eventually("the container is gone") {
                try await podman.containers(labelled: "\(Labels.job)=\(good.jid)").isEmpty
            }
        }

        @Test func `Podman runs jobs`() async throws {
            try await withPrivatePodman { podman in
                try await withSite { site in try await tryOut(podman, [:], site) }
            }
        }

        @Test func `Rootless Podman runs jobs without limits, and says what to do about those with limits`()
            async throws
        {
            try await withPrivatePodman(rootless: true) { podman in
                try await withSite { site in try await tryOut(podman, ["IGNORE_LIMITS": "yes"], site) }
                let info = try await podman.get("/info")
                // Elsewhere the engine can set limits, or says itself that it cannot.
                guard info["CgroupVersion"] == "1" else { return }
                try await withSite { site in
                    let gateway = try await site.gateway()
                    _ = try await site.worker(on: podman)
                    let limited = try site.shell("true")
                    try await gateway.api.submit(limited)
                    let message = try await gateway.api.waitForEnd(limited.jid)["message"].string ?? ""
                    #expect(message.contains("IGNORE_LIMITS") && message.contains("delegated"))
                }
            }
        }
    }
}
