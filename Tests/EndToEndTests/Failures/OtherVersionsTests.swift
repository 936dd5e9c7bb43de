import AMQP
import Support
import Testing

extension EndToEnd {
    /// Messages of newer programs, beside older ones in the middle of an upgrade: kept, not dropped.
    @Suite(.machine(.shared)) struct OtherVersionsTests {
        @Test func `A run command of a newer version is left for newer workers, and others are run meanwhile`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker)
                try await send(#"{"version":2,"what":["nobody","knows"]}"#, to: "run.docker", about: "new", site)
                let line = try await worker.program.process?.waitForLine(containing: "a newer version is left") ?? ""
                #expect(line.contains("jid=new"))
                try await eventually("it waits") { try await site.depth(of: "retry.2m.docker") == 1 }
                #expect(try await site.depth(of: "dead") == 0)
                let request = try site.shell("exit 3")
                try await gateway.api.submit(request)
                #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (3)")
            }
        }

        @Test func `A job that a newer worker gave up is dispatched again by an older gateway`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let request = try site.shell("exit 4")
                try await gateway.api.submit(request)
                try await send(#"{"version":2,"why":{"is":"told otherwise"}}"#, to: "dead", about: request.jid, site)
                try await gateway.program.process?.waitForLine(containing: "a dead letter of a newer version")
                #expect(try await gateway.api.get(request.jid).json["status"] == "notstarted")
                _ = try await site.worker(on: docker)
                #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (4)")
                #expect(try await site.starts(on: docker) == [1])
            }
        }

        @Test func `Newer entries, questions, orders and heartbeats are passed over, and everything goes on`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker)
                let entries = [
                    #"{"v":1,"kind":"paused","id":"n-1","log":"x","at":"","submission":7}"#,
                    #"{"v":2,"kind":"placed","everything":"else"}"#,
                ]
                for entry in entries { try await send(entry, to: "results", about: "new", site) }
                try await send(#"{"version":2}"#, to: "go", about: "new", site)
                let engine = try await eventuallyValue("the worker is heard of") {
                    try await gateway.program.http.send("GET", "/api/v2/workers").json["workers"][0]["engine"].string
                }
                try await send(
                    #"{"version":1,"kind":"pause","subjects":[]}"#, to: "control.\(engine)", about: "new", site)
                try await worker.program.process?.waitForLine(containing: "a control command cannot be read")
                try await withConnection(to: site.broker) { connection in
                    let heartbeat = #"{"version":2,"backend":"moon","engine":"e"}"#
                    try await connection.publish(
                        AMQPMessage(body: Array(heartbeat.utf8)), exchange: site.prefix + "heartbeats", routingKey: "",
                        timeout: .seconds(10))
                }
                let request = try site.shell("exit 3")
                try await gateway.api.submit(request)
                #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (3)")
                // Also by one that begins with them.
                let newcomer = try await site.gateway()
                #expect(try await newcomer.api.get(request.jid).json["message"] == "exited (3)")
                #expect(try await newcomer.program.http.send("GET", "/readyz").status == 200)
            }
        }

        private func send(_ text: String, to queue: String, about jid: String, _ site: Site) async throws {
            try await withConnection(to: site.broker) { connection in
                var message = AMQPMessage(body: Array(text.utf8))
                message.correlationID = jid
                message.messageID = "test-\(jid)"
                try await connection.publish(message, routingKey: site.prefix + queue, timeout: .seconds(10))
            }
        }
    }
}
