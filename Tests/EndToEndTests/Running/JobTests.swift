import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct JobTests {
        @Test func `A job runs from POST to DELETE`() async throws {
            let plain = try await Services.plain
            let request = try plain.site.shell("cat /share/incoming/in; echo done > /share/outgoing/out")
            try Data("hello\n".utf8).write(to: plain.site.storage.url.appending(path: "\(request.inputDir)/in"))

            let posted = try await plain.api.post(request)
            #expect(posted.status == 201)
            #expect(posted.json["status"] == "notstarted")
            #expect(posted.json["logs"] == "")
            #expect(
                Set(posted.json.object?.keys ?? [:].keys)
                    == ["jid", "image", "cmd", "status", "message", "timestamp", "logs"])

            let ended = try await plain.api.waitForEnd(request.jid)
            #expect(ended["status"] == "finishedSuccessfully")
            #expect(ended["message"] == "exited (0)")
            #expect(ended["logs"] == "hello\n")
            #expect(ended["image"] == "local/pmt:1")
            #expect(
                ended["cmd"] == "/bin/sh -c 'cat /share/incoming/in; echo done > /share/outgoing/out' /share/outgoing")
            #expect(ended["timestamp"].string?.hasPrefix("20") == true)
            #expect(try plain.site.storage.read("\(request.outputDir)/out") == "done\n")
            let name = try await plain.docker.inspect(request.jid)["Name"].string
            #expect(name?.hasPrefix("/\(request.jid)") == true)

            #expect(try await plain.api.delete(request.jid).status == 204)
            #expect(try await plain.api.get(request.jid).status == 404)
            try await plain.docker.waitUntilNoContainer(of: request.jid)
            #expect(try await plain.api.delete(request.jid).status == 404)
        }

        @Test(arguments: Outcome.all) func `A job ends as it must`(_ outcome: Outcome) async throws {
            let plain = try await Services.plain
            let request = try plain.site.job(outcome.request)
            #expect(try await plain.api.post(request).status == 201)
            let ended = try await plain.api.waitForEnd(request.jid, within: .seconds(90))
            #expect(ended["status"].string == outcome.status, "\(ended)")
            let message = ended["message"].string ?? ""
            #expect(message.hasPrefix(outcome.message), "\(ended)")
            if !outcome.explains.isEmpty { #expect(message.contains(outcome.explains), "\(ended)") }
            if let logs = outcome.logs { #expect(ended["logs"].string == logs) }
            #expect(try await plain.api.delete(request.jid).status == 204)
            try await plain.docker.waitUntilNoContainer(of: request.jid)
        }

        @Test func `Output is bounded by bytes, also when it is one line`() async throws {
            let ended = try await run("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last")
            let logs = ended["logs"].string ?? ""
            #expect(logs.utf8.count <= 262_144 + 200)
            #expect(logs.utf8.count > 200_000)
            #expect(logs.hasSuffix("x\nlast\n"))
        }

        @Test func `Of many lines the last thousand are kept`() async throws {
            let lines = (try await run("seq 1500")["logs"].string ?? "").split(separator: "\n")
            #expect(lines.count == 1000)
            #expect(lines.first == "501")
            #expect(lines.last == "1500")
        }

        @Test(arguments: ["with:colon", "with space and ünïcode ✓", "it's \"quoted\", with a comma"])
        func `Folders may be called anything`(_ name: String) async throws {
            let plain = try await Services.plain
            var request = JobRequest.shell("cat /share/incoming/in > /share/outgoing/out")
            request.inputDir = "\(request.jid)/\(name)/incoming"
            request.outputDir = "\(request.jid)/\(name)/outgoing"
            request = try plain.site.job(request)
            try plain.site.storage.write("data", to: "\(request.inputDir)/in")
            #expect(try await plain.api.post(request).status == 201)
            let ended = try await plain.api.waitForEnd(request.jid)
            #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
            #expect(try plain.site.storage.read("\(request.outputDir)/out") == "data")
            #expect(try await plain.api.delete(request.jid).status == 204)
        }

        @Test func `The output of a running job is shown, and DELETE ends it`() async throws {
            let plain = try await Services.plain
            let request = try plain.site.shell("echo begun; sleep 600")
            #expect(try await plain.api.post(request).status == 201)
            let shown = try await eventuallyValue(within: .seconds(30), "the output is shown") { () -> JSONValue? in
                let answer = try await plain.api.get(request.jid).json
                guard answer["logs"] == "begun\n" else { return nil }
                return answer
            }
            #expect(shown["status"] == "started")
            #expect(shown["message"] == "running")
            #expect(try await plain.api.delete(request.jid).status == 204)
            #expect(try await plain.api.get(request.jid).status == 404)
            try await plain.docker.waitUntilNoContainer(of: request.jid)
        }

        @Test func `Posting the same again changes nothing, and another body is refused`() async throws {
            let plain = try await Services.plain
            var request = try plain.site.shell("exit 0")
            #expect(try await plain.api.post(request).status == 201)
            request.cpuLimit = "40"
            #expect(try await plain.api.post(request).status == 201)
            let ended = try await plain.api.waitForEnd(request.jid)
            let again = try await plain.api.post(request)
            #expect(again.status == 201)
            #expect(again.json["status"] == ended["status"])
            request.args = ["other"]
            #expect(try await plain.api.post(request).status == 409)
            #expect(try await plain.docker.containers(labelled: "\(Labels.job)=\(request.jid)").count == 1)
            #expect(try await plain.api.delete(request.jid).status == 204)
        }

        @Test func `The service says what it is`() async throws {
            let plain = try await Services.plain
            try await eventually("the worker's storage type is known") {
                try await plain.api.http.send("GET", "/api/v1/").json["storage_type"] == "host"
            }
            let answer = try await plain.api.http.send("GET", "/api/v1").json
            #expect(answer["container_env"] == "docker")
            #expect(answer["server_version"].string?.isEmpty == false)
        }

        /// Runs a script to its end, and deletes the job.
        private func run(_ script: String) async throws -> JSONValue {
            let plain = try await Services.plain
            let request = try plain.site.shell(script)
            #expect(try await plain.api.post(request).status == 201)
            let ended = try await plain.api.waitForEnd(request.jid)
            #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
            #expect(try await plain.api.delete(request.jid).status == 204)
            return ended
        }
    }
}
