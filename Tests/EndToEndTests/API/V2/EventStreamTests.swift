import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct EventStreamTests {
        private func stream(
            _ gateway: GatewayProcess, _ path: String, after id: String? = nil, paused: Bool = false
        ) throws -> EventStreamOfTests {
            try EventStreamOfTests(gateway.api.http.address, path, lastEventID: id, paused: paused)
        }

        @Test func `A job's history comes as it grows, and goes on where a reader was, on any gateway`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let (gateway, other) = (try await site.gateway(), try await site.gateway())
                let request = try site.shell("exit 3")
                try await gateway.api.submit(request)
                let path = "/api/v2/jobs/docker/\(request.jid)/events"
                let events = try stream(gateway, path)
                let first = try await events.waitFor("submitted comes") { $0.json["kind"] == "submitted" }
                _ = try await site.worker(on: docker)
                let end = try await events.waitFor("the end comes") { $0.name == "end" }
                #expect(end.json["status"] == "finishedWithError")
                try await eventually("the stream has ended") { events.hasEnded }
                #expect(events.failure == nil)
                let kinds = events.events.compactMap { $0.json["kind"].string }
                #expect(kinds.prefix(2) == ["submitted", "placed"])
                #expect(kinds.last == "status")
                try await other.api.waitForEnd(request.jid)
                let again = try stream(other, path, after: first.id)
                try await eventually("the second stream has ended") { again.hasEnded }
                #expect(again.events.map(\.id) == events.events.dropFirst().map(\.id))
                #expect(again.events.map(\.json) == events.events.dropFirst().map(\.json))
                let deleted = try site.shell("sleep 600")
                try await gateway.api.submit(deleted)
                let until = try stream(gateway, "/api/v2/jobs/docker/\(deleted.jid)/events")
                _ = try await until.waitFor("submitted comes") { $0.name == "history" }
                #expect(try await gateway.api.delete(deleted.jid).status == 204)
                _ = try await until.waitFor("the end comes") { $0.name == "end" }
            }
        }

        @Test func `What changes is told, also what was missed, on another gateway; else reset`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let (gateway, other) = (try await site.gateway(), try await site.gateway())
                let all = try stream(gateway, "/api/v2/events")
                try await eventually("connected") { all.status == 200 && all.comments > 0 }
                _ = try await site.worker(on: docker)
                let request = try site.shell("echo out; exit 0")
                try await gateway.api.submit(request)
                let submitted = try await all.waitFor("the job comes") {
                    $0.name == "job" && $0.json["jid"].string == request.jid
                }
                _ = try await all.waitFor("its end comes") { $0.json["status"] == "finishedSuccessfully" }
                #expect(try await gateway.api.delete(request.jid).status == 204)
                let gone = try await all.waitFor("its deletion comes") { $0.name == "deleted" }
                #expect(gone.json == ["backend": "docker", "jid": .string(request.jid)])
                try await docker.waitUntilNoContainer(of: request.jid)
                try await other.api.waitUntilGone(request.jid)
                let missed = try stream(other, "/api/v2/events", after: submitted.id)
                _ = try await missed.waitFor("its deletion comes there, too") { $0.name == "deleted" }
                #expect(!missed.events.contains { $0.name == "reset" })
                #expect(all.events.count { $0.name == "deleted" } == 1)
                for id in ["nonsense", "anotherlog-3"] {
                    let strange = try stream(gateway, "/api/v2/events", after: id)
                    let reset = try await strange.waitFor("reset comes") { $0.name == "reset" }
                    #expect(reset.id != nil)
                }
            }
        }

        @Test func `Streams are limited, a place is free again when its client is gone, and SIGTERM ends them`()
            async throws
        {
            try await withSite { site in
                let gateway = try await site.gateway()
                var streams: [EventStreamOfTests] = []
                for _ in 0..<256 { streams.append(try stream(gateway, "/api/v2/events")) }
                let all = streams
                try await eventually("all are connected") { all.allSatisfy { $0.status == 200 } }
                let refused = try await gateway.api.http.send("GET", "/api/v2/events")
                #expect(refused.status == 503)
                for stream in streams.prefix(10) { stream.close() }
                // Before the next comment is due: the gateway notices by itself that they are gone.
                try await eventually(within: .seconds(5), "a place is free") {
                    let next = try stream(gateway, "/api/v2/events")
                    try await eventually("it is answered") { next.status != nil }
                    return next.status == 200
                }
                let exit = try await gateway.program.terminate(within: .seconds(10))
                #expect(exit == .exited(0))
                try await eventually("all have ended") { all.allSatisfy(\.hasEnded) }
            }
        }

        @Test func `A reader that does not read costs nobody anything and is told to begin anew`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway()
                let slow = try stream(gateway, "/api/v2/events", paused: true)
                let quick = try stream(gateway, "/api/v2/events")
                try await eventually("connected") { quick.status == 200 }
                var request = JobRequest.shell("exit 0")
                request.args = [String(repeating: "x", count: 1_900)]
                for _ in 0..<20 {
                    let jids = (0..<100).map { _ in JobRequest.uniqueID() }
                    let template = request
                    try await forEachTogether(jids) { jid in
                        var request = template
                        request.jid = jid
                        try await gateway.api.submit(request)
                        _ = try await gateway.api.delete(jid)
                    }
                }
                _ = try await quick.waitFor("all of it comes to the other", within: .seconds(60)) { event in
                    event.name == "deleted"
                }
                slow.resume()
                _ = try await slow.waitFor("the slow one goes on, whole or anew", within: .seconds(60)) { _ in true }
                try await eventually(within: .seconds(60), "both have come to the same end") {
                    // What is told of queues and workers has no place in the log.
                    let end = slow.events.last { $0.id != nil }?.id
                    return end != nil && end == quick.events.last { $0.id != nil }?.id
                }
            }
        }
    }
}
