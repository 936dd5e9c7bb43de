import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct CancelTests {
        private func cancel(_ plain: PlainSite, _ jid: String, _ reason: String? = nil) async throws -> HTTPAnswer {
            try await plain.api.http.send(
                "POST", "/api/v2/jobs/docker/\(jid)/cancel", headers: ["Content-Type": "application/json"],
                body: reason.map { JSONValue.object(["reason": .string($0)]).bytes })
        }

        @Test func `A running job that is cancelled ends with its output and the reason, and its container goes`()
            async throws
        {
            let plain = try await Services.plain
            let request = try plain.site.shell("echo so far; sleep 600")
            try await plain.api.submit(request)
            try await plain.api.waitFor(request.jid, status: ["started"])
            try await eventually("the output can be had") {
                try await plain.api.http.send("GET", "/api/v2/jobs/docker/\(request.jid)/logs").text == "so far\n"
            }
            let answer = try await cancel(plain, request.jid, "wrong\ninput")
            #expect(answer.status == 200)
            #expect(answer.json["status"] == "finishedWithError")
            #expect(answer.json["message"] == "cancelled: wrong input")
            #expect(answer.json["finished_at"].string != nil)
            #expect(answer.json["started_at"].string != nil)
            let history = answer.json["history"].array ?? []
            #expect(history.compactMap { $0["kind"].string } == ["submitted", "placed", "status", "ended"])
            #expect(history.last?["reason"] == "cancelled")
            #expect(history.first?["by"].string?.hasPrefix("gateway ") == true)
            #expect(history.dropFirst(2).first?["by"].string?.hasPrefix("worker ") == true)
            let old = try await plain.api.get(request.jid).json
            #expect(old["status"] == "finishedWithError")
            #expect(old["logs"] == "so far\n")
            try await plain.docker.waitUntilNoContainer(of: request.jid)
            #expect(try await cancel(plain, request.jid).status == 409)
            #expect(try await plain.api.delete(request.jid).status == 204)
            #expect(try await cancel(plain, request.jid).status == 404)
        }

        @Test func `A waiting job that is cancelled never starts`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let (cancelled, kept) = (try site.shell("exit 0"), try site.shell("exit 0"))
                try await gateway.api.submit(cancelled)
                try await gateway.api.submit(kept)
                let waiting = try await gateway.api.http.send("GET", "/api/v2/jobs/docker/\(kept.jid)").json["waiting"]
                #expect(waiting["reason"] == "no_worker")
                #expect(waiting["position"] == 2)
                let answer = try await gateway.api.http.send(
                    "POST", "/api/v2/jobs/docker/\(cancelled.jid)/cancel", body: [])
                #expect(answer.status == 200)
                #expect(answer.json["message"] == "cancelled")
                _ = try await site.worker(on: docker)
                try await gateway.api.waitForEnd(kept.jid)
                try await eventually("the run queue is empty") { try await site.runQueueDepth() == 0 }
                try await docker.waitUntilNoContainer(of: cancelled.jid)
                #expect(try await gateway.api.get(cancelled.jid).json["message"] == "cancelled")
                let history = try await gateway.api.http.send("GET", "/api/v2/jobs/docker/\(cancelled.jid)")
                    .json["history"].array
                #expect(history?.contains { $0["kind"] == "placed" } == false)
            }
        }

        @Test func `A finished job cannot be cancelled, and what cannot be read is refused by name`() async throws {
            let plain = try await Services.plain
            let request = try plain.site.shell("echo one; echo two; exit 3")
            try await plain.api.submit(request)
            try await plain.api.waitForEnd(request.jid)
            #expect(try await cancel(plain, request.jid).status == 409)
            #expect(try await cancel(plain, "never-was").status == 404)
            let path = "/api/v2/jobs/docker/\(request.jid)"
            let detail = try await plain.api.http.send("GET", path).json
            #expect(detail["exit_code"] == 3)
            #expect(try await plain.api.http.send("GET", path + "/logs").text == "one\ntwo\n")
            #expect(try await plain.api.http.send("GET", path + "/logs?tail=1").text == "two\n")
            let json = ["Content-Type": "application/json"]
            for (body, field) in [
                (#"{"reason": 7}"#, "reason"), (#"{"reason": null}"#, "reason"), (#"{"why": "x"}"#, "why"),
                ("{\"reason\": \"\(String(repeating: "x", count: 501))\"}", "reason"),
            ] {
                let answer = try await plain.api.http.send(
                    "POST", path + "/cancel", headers: json, body: Array(body.utf8))
                #expect(answer.status == 400)
                #expect(answer.json["message"][field].string != nil, "\(answer.text)")
            }
            #expect(
                try await plain.api.http.send("POST", path + "/cancel", headers: json, body: [91, 93]).status == 400)
            #expect(try await plain.api.http.send("POST", path + "/cancel", body: [123, 125]).status == 415)
            let long = [UInt8](repeating: 32, count: 70_000)
            #expect(try await plain.api.http.send("POST", path + "/cancel", headers: json, body: long).status == 413)
        }
    }
}
