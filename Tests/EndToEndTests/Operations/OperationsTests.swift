import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct OperationsTests {
        private func queue(_ gateway: GatewayProcess) async throws -> (JSONValue, JSONValue) {
            let answer = try await gateway.api.http.send("GET", "/api/v2/queues")
            #expect(answer.status == 200, "\(answer.text)")
            let row = answer.json["queues"].array?.first { $0["backend"] == "docker" }
            return (answer.json, row ?? .null)
        }

        private func metric(_ gateway: GatewayProcess, _ line: String) async throws -> Double? {
            let text = try await gateway.api.http.send("GET", "/metrics").text
            return text.split(separator: "\n").first { $0.hasPrefix(line + " ") }.flatMap {
                Double($0.dropFirst(line.count + 1))
            }
        }

        @Test func `The depth is right with jobs that wait, after the broker was restarted, and when they are done`()
            async throws
        {
            try await withFigures { site, gateway, broker in
                let requests = try (0..<3).map { _ in try site.shell("exit 0") }
                for request in requests { try await gateway.api.submit(request) }
                func waitForDepth(_ depth: Int) async throws {
                    var last = JSONValue.null
                    try await eventually(within: .seconds(60), "\(depth) jobs are ready", lastSeen: { "\(last)" }) {
                        let (all, row) = try await queue(gateway)
                        last = all
                        return all["complete"] == true && row["ready"].int == depth && row["unacknowledged"].int == 0
                    }
                }
                try await waitForDepth(3)
                let (_, row) = try await queue(gateway)
                #expect(row["consumers"].int == 0)
                #expect(row["oldest_seconds"] != .null)
                #expect(try await metric(gateway, #"pman_queue_messages{backend="docker",state="ready"}"#) == 3)
                let waiting = try await gateway.api.get(requests[2].jid)
                #expect(waiting.json["message"].string?.contains("no worker of backend docker") == true)
                try await broker.restart(wipe: false)
                try await gateway.program.waitUntil("/readyz", within: .seconds(60))
                try await waitForDepth(3)
                _ = try await site.worker(on: try await Services.docker)
                for request in requests { try await gateway.api.waitForEnd(request.jid) }
                try await waitForDepth(0)
                #expect(try await queue(gateway).1["oldest_seconds"] == .null)
                #expect(
                    try await metric(gateway, #"pman_jobs_finished_total{backend="docker",outcome="success"}"#) == 3)
                let history = try await gateway.api.http.send("GET", "/api/v2/queues/history").json
                #expect(history["samples"].array?.contains { $0["ready"].int == 3 } == true)
            }
        }

        @Test func `What a worker has taken and not settled is counted by itself`() async throws {
            try await withFigures { site, gateway, _ in
                let worker = try await site.worker(on: try await Services.docker)
                let first = try site.shell("exit 0")
                try await gateway.api.submit(first)
                try await gateway.api.waitForEnd(first.jid)
                // It takes the next one and does nothing with it; the broker gives it up after two heartbeats.
                worker.freeze()
                let next = try site.shell("exit 0")
                try await gateway.api.submit(next)
                var row = JSONValue.null
                try await eventually(within: .seconds(30), "the job is taken", lastSeen: { "\(row)" }) {
                    row = try await queue(gateway).1
                    return row["unacknowledged"].int == 1 && row["ready"].int == 0 && row["consumers"].int == 1
                }
                #expect(
                    try await metric(gateway, #"pman_queue_messages{backend="docker",state="unacknowledged"}"#) == 1)
                worker.thaw()
                try await gateway.api.waitForEnd(next.jid)
            }
        }

        @Test func `Where the broker's figures cannot be read the answer says so`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway(["BROKER_METRICS_URL": "http://127.0.0.1:1"])
                try await gateway.api.submit(try site.shell("exit 0"))
                try await eventually("one job is ready") {
                    let (all, row) = try await queue(gateway)
                    return all["complete"] == false && row["ready"].int == 1 && row["unacknowledged"] == .null
                        && all["problem"].string?.contains("rabbitmq_prometheus") == true
                }
            }
        }

        @Test func `A worker says how large its engine is, and a job why it does not fit`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(
                    on: try await Services.docker, ["MAX_RUNNING_JOBS": "1", "JOB_LABELS": "site=here"])
                let long = try site.shell("sleep 60")
                try await gateway.api.submit(long)
                try await gateway.api.waitFor(long.jid, status: ["started"])
                let next = try site.shell("exit 0")
                try await gateway.api.submit(next)
                try await eventually(within: .seconds(30), "the message says that there is no room") {
                    try await gateway.api.get(next.jid).json["message"].string?.contains("no more may at once") == true
                }
                let detail = try await gateway.api.http.send("GET", "/api/v2/jobs/docker/\(next.jid)").json
                #expect(detail["waiting"]["reason"] == "engine_full", "\(detail)")
                let workers = try await gateway.api.http.send("GET", "/api/v2/workers").json["workers"].array ?? []
                #expect(workers.count == 1)
                #expect(workers.first?["slots"].int == 1)
                #expect(workers.first?["running"].int == 1)
                #expect(workers.first?["capacity"]["cpu_millicores"].int ?? 0 > 0)
                #expect(workers.first?["labels"]["site"] == "here")
                let labelled = try await gateway.api.http.send("GET", "/api/v2/jobs?label=site=here").json
                #expect(labelled["jobs"].array?.map { $0["jid"].string } == [long.jid])
                #expect(try await gateway.api.delete(long.jid).status == 204)
                try await gateway.api.waitForEnd(next.jid)
            }
        }

        @Test func `A job that was given up is listed, submitted again, and dropped`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: try await Services.docker)
                var request = try site.shell("exit 0")
                // Nobody listens there: the registry is away.
                request.image = "127.0.0.1:1/nothing:1"
                try await gateway.api.submit(request)
                try await gateway.api.waitFor(request.jid, status: ["finishedWithError"], within: .seconds(90))
                let http = gateway.api.http
                func letters() async throws -> [JSONValue] {
                    try await http.send("GET", "/api/v2/dead-letters").json["dead_letters"].array ?? []
                }
                let listed = try await letters()
                #expect(listed.map { $0["jid"].string } == [request.jid], "\(listed)")
                #expect(listed.first?["reason"].string?.contains("gave up after") == true)
                #expect(try await metric(gateway, #"pman_dead_letters{backend="docker"}"#) == 1)
                let path = "/api/v2/dead-letters/docker/\(request.jid)"
                let replayed = try await http.send("POST", path + "/replay")
                #expect(replayed.status == 200 && replayed.json["count"].int == 1, "\(replayed.text)")
                #expect(try await letters().isEmpty)
                #expect(try await http.send("POST", path + "/replay").status == 404)
                let again = try await http.send("GET", "/api/v2/jobs/docker/\(request.jid)").json
                #expect(again["generation"].int == 2)
                try await gateway.api.waitFor(request.jid, status: ["finishedWithError"], within: .seconds(90))
                #expect(try await letters().count == 1)
                // Another gateway agrees.
                let other = try await site.gateway()
                #expect(try await http.send("DELETE", path).status == 204)
                #expect(try await letters().isEmpty)
                try await eventually("the other gateway has dropped it, too") {
                    try await other.api.http.send("GET", "/api/v2/dead-letters").json["dead_letters"].array?.isEmpty
                        == true
                }
                #expect(try await gateway.api.get(request.jid).json["status"] == "finishedWithError")
                #expect(try await http.send("DELETE", path).status == 404)
            }
        }
    }
}
