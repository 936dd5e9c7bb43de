import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct PmanctlTests {
        private let small = ["--image", "local/pmt:1", "--cpu-limit", "10", "--memory-limit", "20"]

        private func submit(_ options: String..., script: String) async throws -> PmanctlRun {
            let url = try await Services.plain.gateway.url
            let run = try PmanctlRun(["submit"] + small + options + ["--", "/bin/sh", "-c", script], url: url)
            try await run.process.waitForExit(within: .seconds(90))
            return run
        }

        @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("exit 255", 255)] as [(String, Int32)])
        func `It waits for a job and ends with its exit code`(_ script: String, _ status: Int32) async throws {
            let run = try await submit("--wait=80s", script: script)
            #expect(run.status == status, "\(run.output)\n\(run.errors)")
            #expect(run.output.hasPrefix("job-"))
            #expect(run.errors.contains("exited (\(status))"))
        }

        @Test func `A job that cannot run at all is exit status 1`() async throws {
            let url = try await Services.plain.gateway.url
            let run = try await PmanctlRun.ended(
                "submit", "--image", "local/none:1", "--cpu-limit", "10", "--memory-limit", "20", "--wait=80s", "--",
                "true", url: url)
            #expect(run.status == 1, "\(run.errors)")
            #expect(run.errors.contains("failed"))
        }

        @Test func `A wait that runs out leaves the job, which can be cancelled and removed`() async throws {
            let url = try await Services.plain.gateway.url
            let jid = JobRequest.uniqueID()
            let run = try await submit("--jid", jid, "--wait=2s", script: "sleep 600")
            #expect(run.status == 124, "\(run.errors)")
            #expect(run.output == "\(jid)\n")

            let cancelled = try await PmanctlRun.ended("cancel", "--reason", "no longer wanted", jid, url: url)
            #expect(cancelled.status == 0, "\(cancelled.errors)")
            #expect(cancelled.output.hasPrefix("\(jid): failed: "))
            let shown = try await PmanctlRun.ended("show", jid, url: url)
            #expect(shown.output.contains("no longer wanted"), "\(shown.output)")
            #expect(try await PmanctlRun.ended("cancel", jid, url: url).status == 65)
            #expect(try await PmanctlRun.ended("rm", jid, url: url).status == 0)
            #expect(try await PmanctlRun.ended("show", jid, url: url).status == 66)
        }

        @Test func `Lists show what is there, for people and for machines`() async throws {
            let url = try await Services.plain.gateway.url
            let run = try await submit("--wait=80s", script: "exit 0")
            let jid = run.output.split(separator: "\n").first.map(String.init) ?? ""
            let list = try await PmanctlRun.ended("ls", "--search", jid, url: url)
            #expect(list.output.split(separator: "\n").count == 2, "\(list.output)\(list.errors)")
            #expect(list.output.contains("succeeded"))
            let json = try await PmanctlRun.ended("ls", "--search", jid, "--all", "--json", url: url)
            let document = try #require(JSONValue(parsing: Array(json.output.utf8)))
            #expect(document["jobs"][0]["jid"].string == jid)
        }

        @Test func `It proves who it is, and says what it may not`() async throws {
            try await withSite { site in
                let digest = "sha256:addb0f5e7826c857d7376d1bd9bc33c0c544790a2eac96144a8af22b1298c940"
                let directory = try TemporaryDirectory("access")
                let file = try directory.write("reader:read:\(digest)\n", to: "who")
                let gateway = try await site.gateway(["AUTH": "file", "AUTH_FILE": file])
                let stranger = try await PmanctlRun.ended("ls", url: gateway.url)
                #expect(stranger.status == 77)
                #expect(stranger.errors.contains("PMAN_TOKEN"))
                #expect(try await PmanctlRun.ended("ls", url: gateway.url, token: "geheim").status == 0)
                let known = gateway.url.replacing("http://", with: "http://reader:geheim@")
                #expect(try await PmanctlRun.ended("ls", url: known).status == 0)
                let forbidden = try await PmanctlRun.ended("submit", "--image", "x", "--", "true", url: known)
                #expect(forbidden.status == 77)
                #expect(!forbidden.errors.contains("geheim"))
            }
        }

        @Test func `A gateway that is not there is exit status 69`() async throws {
            let run = try await PmanctlRun.ended("ls", url: "http://127.0.0.1:\(try FreePort.pick())")
            #expect(run.status == 69)
            #expect(run.errors.contains("PMAN_URL"))
        }
    }
}
