import AMQP
import Core
import Foundation
import Logging
import Support
import Testing

extension EndToEnd {
    /// Workers that run only what a gateway with their key has accepted.
    @Suite(.machine(.shared)) struct SigningTests {
        @Test func `What nobody has signed is never run, and what was signed is`() async throws {
            let engine = try await Services.docker
            try await withSite { site in
                let folder = try TemporaryDirectory("signing")
                let key = String(repeating: "5c", count: 32)
                let file = try folder.write(key, to: "keys")
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
                let gateway = try await site.gateway(["SIGNING_KEY_FILE": file])
                // As somebody who has the broker's password could: it writes to the log whatever it likes.
                let stranger = try await site.gateway()
                let worker = try await site.worker(on: engine, ["SIGNING_KEY_FILE": file])

                let good = try site.shell("exit 5")
                #expect(try await gateway.api.post(good).status == 201)
                #expect(try await gateway.api.waitForEnd(good.jid)["message"] == "exited (5)")

                let unsigned = try site.shell("exit 6")
                #expect(try await stranger.api.post(unsigned).status == 201)
                let ended = try await gateway.api.waitForEnd(unsigned.jid)
                #expect(ended["status"] == "finishedWithError")
                #expect(ended["message"].string?.contains("SIGNING_KEY_FILE") == true, "\(ended)")

                // A command that is not in the log at all, with the signature of another.
                let place = worker.log.end
                try await publish([("run.docker", "run", try JSONMessage.encode(Self.forged("forged")))], to: site)
                try await worker.program.process?.waitForLine(
                    containing: "is not signed by a key", from: place, within: .seconds(30))
                try await eventually(within: .seconds(30), "the forged command is settled") {
                    try await site.runQueueDepth() == 0
                }
                // A dead letter that somebody has made up gets no signature by being replayed.
                let dead = try Self.forged("dead")
                let report = StatusReport(status: .finishedWithError, message: "given up", cause: .gaveUp)
                try await publish(
                    [Event.submitted(dead.submission, dead.request), .ended(dead.submission, report)].map { event in
                        let entry = LogEntry(
                            id: Nonce.random().text, log: .random(), writtenAt: "2026-01-01T00:00:00Z", event: event)
                        return ("results", entry.kind, try entry.encoded())
                    }, to: site)
                _ = try await gateway.api.waitForEnd("dead")
                let replayed = try await gateway.api.http.send("POST", "/api/v2/dead-letters/docker/dead/replay")
                #expect(replayed.status == 409, "\(replayed.text)")
                let all = try await gateway.api.http.send("POST", "/api/v2/dead-letters/replay")
                #expect(all.status == 200 && all.json["count"].int == 0, "\(all.text)")

                let jobs = try await site.containers(on: engine).compactMap { $0["Labels"][Labels.job].string }
                #expect(jobs == [good.jid])
                #expect(try await gateway.api.get(good.jid).json["message"] == "exited (5)")
            }
        }

        private static func forged(_ job: String) throws -> RunCommand {
            let key = JobKey(backend: .docker, job: try JobID(job))
            return RunCommand(
                submission: SubmissionID(key: key, generation: 1, nonce: .random()),
                request: Core.JobRequest(
                    job: key.job, user: "", image: try ImageReference("local/pmt:1"), entrypoint: ["/bin/true"],
                    arguments: [], pathFlags: [], type: .ds, input: try StoragePath("in"),
                    output: try StoragePath("out"), environment: [],
                    resources: Resources(cpuMillicores: 1000, memoryMebibytes: 100, gpus: 0, workers: 1)),
                signature: try SubmissionSignature(String(repeating: "ab", count: 32)))
        }

        private func publish(_ messages: [(queue: String, type: String, body: [UInt8])], to site: Site) async throws {
            let configuration = AMQPConfiguration(
                endpoints: try AMQPEndpoint.list(parsing: site.broker.url), connectionName: "a stranger")
            let connection = AMQPConnection(configuration, topology: Topology(), logger: Logger(label: "stranger"))
            let running = Task { try await connection.run() }
            for (queue, type, body) in messages {
                var message = AMQPMessage(body: body)
                message.type = type
                message.messageID = Nonce.random().text
                try await connection.publish(message, routingKey: site.prefix + queue, timeout: .seconds(20))
            }
            await connection.close(within: .seconds(2))
            try await running.value
        }
    }
}
