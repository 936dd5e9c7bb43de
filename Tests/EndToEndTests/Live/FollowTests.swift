import Foundation
import Support
import Testing

extension EndToEnd {
    /// `…/logs?follow=true` on a real Docker engine.
    @Suite(.machine(.shared)) struct FollowTests {
        @Test func `Lines arrive while the job runs, for all who listen, and then its end`() async throws {
            let plain = try await Services.plain
            let request = try plain.site.shell("echo one; sleep 3; echo two ✓; sleep 3; printf three; exit 3")
            #expect(try await plain.api.post(request).status == 201)
            // From before it has started.
            let first = try Self.listen(plain.gateway, request)
            try await eventually("the first line comes") { first.output == "one\n" }
            let second = try Self.listen(plain.gateway, request)
            try await eventually("the second line comes to both") {
                first.output == "one\ntwo ✓\n" && second.output == "one\ntwo ✓\n"
            }
            #expect(try await plain.api.get(request.jid).json["status"] == "started")
            #expect(plain.worker.log.count("following the output", request) == 1)
            try await eventually("both are told the end") { first.end != nil && second.end != nil }
            for stream in [first, second] {
                #expect(stream.output == "one\ntwo ✓\nthree")
                #expect(stream.end == "finishedWithError")
                #expect(stream.dropped.isEmpty)
                #expect(stream.status == 200)
            }
            try await eventually("the connections are closed") { first.hasEnded && second.hasEnded }
            let late = try Self.listen(plain.gateway, request)
            try await eventually("a later one is told everything") { late.end == "finishedWithError" }
            #expect(late.output == "one\ntwo ✓\nthree")
            #expect(try await plain.api.delete(request.jid).status == 204)
        }

        @Test func `When the last listener goes away the engine's stream is closed`() async throws {
            let plain = try await Services.plain
            let request = try plain.site.shell("while true; do echo tick; sleep 0.2; done")
            #expect(try await plain.api.post(request).status == 201)
            let streams = try (0..<2).map { _ in try Self.listen(plain.gateway, request) }
            for stream in streams { try await eventually("lines come") { stream.output.contains("tick\n") } }
            #expect(plain.worker.log.count("no longer following the output", request) == 0)
            for stream in streams { stream.close() }
            try await eventually(within: .seconds(5), "the worker ends the stream") {
                plain.worker.log.count("no longer following the output", request) == 1
            }
            #expect(try await plain.api.delete(request.jid).status == 204)
        }

        @Test func `A listener that does not read loses the middle, is told so, and holds up nobody`() async throws {
            let plain = try await Services.plain
            // 24 MB: more than the sockets and the buffer take.
            var request = try plain.site.shell(
                "i=0; while [ $i -lt 240 ]; do head -c 100000 /dev/zero | tr '\\\\0' x; echo; i=$((i+1)); done; echo last"
            )
            request.cpuLimit = 1000
            #expect(try await plain.api.post(request).status == 201)
            let slow = try Self.listen(plain.gateway, request, paused: true)
            let quick = try Self.listen(plain.gateway, request)
            try await eventually(within: .seconds(60), "the quick one is told the end") { quick.end != nil }
            #expect(slow.events.isEmpty)
            slow.resume()
            try await eventually(within: .seconds(30), "the slow one is told the end") { slow.end != nil }
            #expect(slow.dropped.reduce(0, +) > 1_000_000)
            #expect(quick.end == "finishedSuccessfully" && slow.end == "finishedSuccessfully")
            // On a busy machine the quick one may be too slow as well, and the stream of the engine be taken up anew, or ended
            // by the engine before its output ends.
            for stream in [quick, slow] {
                let told = stream.output.utf8.count + stream.dropped.reduce(0, +)
                #expect(told == 240 * 100_001 + 5 || stream.hasUnknownGap && told < 240 * 100_001 + 5, "\(told)")
            }
            #expect(try await plain.api.delete(request.jid).status == 204)
        }

        @Test func `A worker that is killed is followed by another, and no line is missing or told twice`() async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let workers = [try await site.worker(on: docker), try await site.worker(on: docker)]
                let request = try site.shell("i=0; while [ $i -lt 120 ]; do echo line $i; i=$((i+1)); sleep 0.1; done")
                #expect(try await gateway.api.post(request).status == 201)
                let stream = try Self.listen(gateway, request)
                try await eventually("lines come") { stream.output.contains("line 9\n") }
                let sender = try #require(workers.first { $0.log.count("following the output", request) == 1 })
                try await sender.kill()
                try await eventually(within: .seconds(40), "the end is told") { stream.end == "finishedSuccessfully" }
                #expect(stream.output == (0..<120).map { "line \($0)\n" }.joined())
                #expect(stream.dropped.isEmpty)
                #expect(workers.contains { $0 !== sender && $0.log.count("following the output", request) >= 1 })
            }
        }

        @Test func `A gateway that is asked to stop ends its streams and does not wait for those who do not read`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: docker)
                let request = try site.shell("yes 0123456789012345678901234567890123456789")
                #expect(try await gateway.api.post(request).status == 201)
                let reading = try Self.listen(gateway, request)
                let stuck = try Self.listen(gateway, request, paused: true)
                try await eventually("lines come") { reading.output.utf8.count > 1 << 20 }
                let exit = try await gateway.terminate(within: .seconds(20))
                #expect(exit.isSuccess, "\(exit)")
                try await eventually("the stream is over") { reading.hasEnded }
                #expect(reading.end == nil)
                stuck.close()
            }
        }

        @Test func `What cannot be followed is said at once`() async throws {
            let plain = try await Services.plain
            let http = plain.api.http
            #expect(try await http.send("GET", "/api/v2/jobs/docker/no-such-job/logs?follow=true").status == 404)
            #expect(try await http.send("GET", "/api/v2/jobs/docker/no-such-job/logs?follow=perhaps").status == 400)
            #expect(try await http.send("GET", "/api/v2/jobs/nowhere/no-such-job/logs?follow=true").status == 404)
        }

        private static func listen(
            _ gateway: GatewayProcess, _ request: JobRequest, paused: Bool = false
        ) throws -> EventStreamOfTests {
            try EventStreamOfTests(
                gateway.program.http.address, "/api/v2/jobs/docker/\(request.jid)/logs?follow=true", paused: paused)
        }
    }
}

extension ProcessLog {
    /// How many lines with these words are about the job.
    fileprivate func count(_ words: String, _ request: JobRequest) -> Int {
        lines(last: 20_000).count {
            $0.contains("\(words)") && $0.contains(request.jid) && !$0.contains("no longer \(words)")
        }
    }
}
