import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct ContractTests {
        /// Schemathesis makes requests from the description, right ones and wrong ones, and compares what comes.
        @Test(arguments: ["a job that ended", "any job"])
        func `The gateway does what its description says`(_ which: String) async throws {
            let docker = try await Services.docker
            let python = try await StandIns.interpreter()
            let isKnown = which == "a job that ended"
            try await withSite { site in
                let gateway = try await site.gateway()
                let waiting = try site.job(JobRequest(image: "registry.invalid/none:1"))
                let (ended, running) = (try site.shell("echo out; exit 3"), try site.shell("sleep 600"))
                _ = try await site.worker(on: docker)
                for job in [ended, running, waiting] { try await gateway.api.submit(job) }
                try await gateway.api.waitForEnd(ended.jid)
                try await gateway.api.waitFor(running.jid, status: ["started"])
                let configuration = try String(
                    contentsOfFile: StandIns.checkout + "/Tests/StandIns/schemathesis.toml", encoding: .utf8)
                let folder = try TemporaryDirectory("contract")
                defer { folder.remove() }
                let file = folder.file("schemathesis.toml")
                let parameters = "\n[parameters]\n\"path.jid\" = \"\(ended.jid)\"\n\"path.backend\" = \"docker\"\n"
                try (configuration + (isKnown ? parameters : "")).write(
                    toFile: file, atomically: true, encoding: .utf8)
                let schemathesis = URL(fileURLWithPath: python).deletingLastPathComponent().path + "/schemathesis"
                var arguments = [
                    "--config-file", file, "run", gateway.url + "/api/v2/openapi.yaml", "--url", gateway.url,
                    "--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", "15",
                    "--request-timeout", "15", "--workers", "1", "--seed", "1", "--warnings", "off",
                    // A stream of all that changes does not end.
                    "--exclude-path", "/api/v2/events",
                ]
                // It shall stay.
                if isKnown { arguments += ["--exclude-method", "DELETE", "--include-path-regex", "/jobs/|v1/.jid"] }
                do {
                    _ = try await ManagedProcess.run(schemathesis, arguments, within: .seconds(120))
                } catch {
                    Issue.record("\(error)")
                }
                #expect(try await gateway.api.http.send("GET", "/readyz").status == 200)
            }
        }
    }
}
