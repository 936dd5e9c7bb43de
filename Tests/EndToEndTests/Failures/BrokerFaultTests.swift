import AMQP
import Support
import Testing

extension EndToEnd {
    /// What an operator may do to a broker, by mistake or on purpose.
    @Suite(.machine(.shared)) struct BrokerFaultTests {
        @Test func `The password is changed: the programs say so, show what they know, and come back`() async throws {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    let worker = try await site.worker(on: docker)
                    let running = try site.shell("sleep 3; exit 6")
                    try await gateway.api.submit(running)
                    try await gateway.api.waitFor(running.jid, status: ["started"])
                    try await broker.control("change_password", "guest", "another")
                    // Those who are in stay in; so everybody is shown the door.
                    try await broker.control("close_all_connections", "the password was changed")
                    for program in [gateway, worker] as [any ProgramFixture] {
                        var last = ""
                        try await eventually("\(program.program.name) says why", lastSeen: { last }) {
                            let answer = try await program.program.http.send("GET", "/readyz")
                            last = "\(answer.status) \(answer.text)"
                            return answer.status == 503 && last.contains("ACCESS_REFUSED")
                        }
                        #expect(program.log.tail().contains("ACCESS_REFUSED"))
                        #expect(!program.log.tail().contains("guest:guest"))
                    }
                    #expect(try await gateway.api.get(running.jid).status == 200)
                    #expect(try await gateway.api.post(try site.shell("exit 0")).status == 503)
                    try await broker.control("change_password", "guest", "guest")
                    for program in [gateway, worker] as [any ProgramFixture] {
                        try await program.program.waitUntil("/readyz", within: .seconds(60))
                    }
                    #expect(try await gateway.api.waitForEnd(running.jid)["message"] == "exited (6)")
                    let next = try site.shell("exit 7")
                    try await gateway.api.submit(next)
                    #expect(try await gateway.api.waitForEnd(next.jid)["message"] == "exited (7)")
                }
            }
        }

        @Test func `Its disk is full: POST is 503 and says so, jobs run on, and their ends are told later`()
            async throws
        {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    _ = try await site.worker(on: docker)
                    let running = try site.shell("sleep 4; exit 6")
                    try await gateway.api.submit(running)
                    try await gateway.api.waitFor(running.jid, status: ["started"])
                    try await broker.control("set_disk_free_limit", "1000000GB")
                    var last = ""
                    try await eventually("it is not ready and says why", lastSeen: { last }) {
                        // The broker tells those who publish.
                        _ = try? await gateway.api.post(JobRequest(), timeout: .milliseconds(200))
                        let answer = try await gateway.program.http.send("GET", "/readyz")
                        last = "\(answer.status) \(answer.text)"
                        return answer.status == 503 && last.contains("disk")
                    }
                    #expect(try await gateway.api.post(try site.shell("exit 0")).status == 503)
                    #expect(try await gateway.api.get(running.jid).status == 200)
                    try await eventually("it has ended") {
                        try await docker.inspect(running.jid)["State"]["Running"] == false
                    }
                    try await broker.control("set_disk_free_limit", "1MB")
                    #expect(try await gateway.api.waitForEnd(running.jid)["message"] == "exited (6)")
                    try await gateway.program.waitUntil("/readyz", within: .seconds(60))
                    let next = try site.shell("exit 7")
                    try await gateway.api.submit(next)
                    #expect(try await gateway.api.waitForEnd(next.jid)["message"] == "exited (7)")
                }
            }
        }

        /// As after a change between versions.
        @Test func `A queue is there with other arguments: it is named, and nothing is wrong once it has gone`()
            async throws
        {
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let queue = site.prefix + "dead"
                    try await withConnection(to: broker) { connection in
                        try await connection.declare(
                            Topology(queues: [QueueDeclaration(name: queue, durable: true)]), timeout: .seconds(10))
                    }
                    let gateway = try await site.idleGateway()
                    try await gateway.start(until: .alive)
                    var last = ""
                    try await eventually("it is not ready and says why", lastSeen: { last }) {
                        let answer = try await gateway.program.http.send("GET", "/readyz")
                        last = "\(answer.status) \(answer.text)"
                        return answer.status == 503 && last.contains("PRECONDITION_FAILED") && last.contains(queue)
                    }
                    try await broker.control("delete_queue", queue)
                    try await gateway.program.waitUntil("/readyz", within: .seconds(60))
                    #expect(try await gateway.api.post(JobRequest()).status == 201)
                }
            }
        }

        @Test func `The log was declared with other limits: they are named, and with the old ones it goes on`()
            async throws
        {
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway(["LOG_MAX_BYTES": "2000000000"])
                    let request = JobRequest()
                    try await gateway.api.submit(request)
                    try await gateway.terminate()
                    try await gateway.start(changing: ["LOG_MAX_BYTES": "1000000000"], until: .alive)
                    var last = ""
                    try await eventually("it says what does not fit", lastSeen: { last }) {
                        let answer = try await gateway.program.http.send("GET", "/readyz")
                        last = "\(answer.status) \(answer.text)"
                        return last.contains("x-max-length-bytes")
                    }
                    try await gateway.restart(changing: ["LOG_MAX_BYTES": "2000000000"])
                    #expect(try await gateway.api.get(request.jid).status == 200)
                }
            }
        }

        @Test
        func `A backend's run queue takes nothing: the others' jobs are dispatched once, and its own when it does`()
            async throws
        {
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    let full = PmanAPI(gateway.program.http, backend: "swarm")
                    let first = JobRequest()
                    try await full.submit(first)
                    try await eventually("the queue is there") { try await site.depth(of: "run.swarm") == 1 }
                    try await broker.control(
                        "set_policy", "full", "^\(site.prefix)run\\.swarm$", #"{"max-length":1}"#, "--apply-to",
                        "queues")
                    // More than are on their way at once, of both.
                    for _ in 0..<250 { try await full.submit(JobRequest()) }
                    for _ in 0..<250 { try await gateway.api.submit(JobRequest()) }
                    try await eventually(within: .seconds(60), "the others' commands are in their queue") {
                        try await site.runQueueDepth() >= 250
                    }
                    let refused = try await site.depth(of: "run.swarm")
                    #expect(refused < 20)
                    // Two more turns of the dispatcher at least.
                    let end = gateway.log.end
                    try await gateway.program.process?.waitForLine(
                        containing: "could not be published", from: end, within: .seconds(30))
                    try await gateway.program.process?.waitForLine(
                        containing: "could not be published", from: gateway.log.end, within: .seconds(30))
                    #expect(try await site.runQueueDepth() == 250)
                    try await broker.control("clear_policy", "full")
                    var depth = 0
                    try await eventually(within: .seconds(60), "its own are in theirs", lastSeen: { "\(depth)" }) {
                        depth = try await site.depth(of: "run.swarm")
                        return depth >= 251
                    }
                    #expect(try await site.runQueueDepth() == 250)
                }
            }
        }

        @Test
        func `A run queue is deleted before a worker comes: all its commands are published anew with the next job's`()
            async throws
        {
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    let waiting = PmanAPI(gateway.program.http, backend: "swarm")
                    for _ in 0..<3 { try await waiting.submit(JobRequest()) }
                    try await eventually("their commands are there") { try await site.depth(of: "run.swarm") == 3 }
                    try await broker.control("delete_queue", site.prefix + "run.swarm")
                    try await waiting.submit(JobRequest())
                    var depth = 0
                    try await eventually(within: .seconds(30), "all four are there", lastSeen: { "\(depth)" }) {
                        depth = try await site.depth(of: "run.swarm")
                        return depth >= 4
                    }
                }
            }
        }

        @Test func `A command that was delivered too often is dispatched again, and its job runs once`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let request = try site.shell("exit 5")
                try await gateway.api.submit(request)
                try await giveBack(site) { $1 > 20 }
                try await gateway.program.process?.waitForLine(containing: "the broker gave up a command")
                #expect(try await gateway.api.get(request.jid).json["status"] == "notstarted")
                _ = try await site.worker(on: docker)
                #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (5)")
                #expect(try await site.starts(on: docker) == [1])
            }
        }

        @Test
        func `A dead letter that cannot be settled for long is kept, also where the broker counts its deliveries`()
            async throws
        {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    // As RabbitMQ 4 does by itself, which takes 20.
                    try await broker.control(
                        "set_policy", "counted", "^\(site.prefix)dead$", #"{"delivery-limit":2}"#, "--apply-to",
                        "queues")
                    let request = try site.shell("exit 5")
                    try await gateway.api.submit(request)
                    let other = try site.shell("exit 6")
                    try await giveBack(site) { $1 == 15 }
                    // This one takes the place of the command that is given up, so that it cannot be dispatched again.
                    try await gateway.api.submit(other)
                    try await eventually("both are there") { try await site.runQueueDepth() == 2 }
                    try await broker.control(
                        "set_policy", "full", "^\(site.prefix)run\\.docker$", #"{"max-length":1}"#, "--apply-to",
                        "queues")
                    try await giveBack(site) { job, _ in job == other.jid }
                    for _ in 0..<6 {
                        try await gateway.program.process?.waitForLine(
                            containing: "a dead letter could not be settled", from: gateway.log.end,
                            within: .seconds(30))
                    }
                    try await broker.control("clear_policy", "full")
                    _ = try await site.worker(on: docker)
                    #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (5)")
                    #expect(try await gateway.api.waitForEnd(other.jid)["message"] == "exited (6)")
                }
            }
        }

        @Test func `A job's output is more than the broker takes in a message: its end is told with the last part`()
            async throws
        {
            let docker = try await Services.docker
            let options = PrivateBrokerOptions(configuration: ["max_message_size = 65536"])
            try await withPrivateBroker(options) { broker in
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway()
                    let worker = try await site.worker(on: docker, ["JOB_LOGS_TAIL": "100000"])
                    let request = try site.shell("seq 100000 140000; exit 3")
                    try await gateway.api.submit(request)
                    let end = try await gateway.api.waitForEnd(request.jid)
                    #expect(end["message"] == "exited (3)")
                    let logs = end["logs"].string ?? ""
                    #expect(logs.utf8.count > 10_000)
                    #expect(logs.hasPrefix("[... earlier output left out ...]\n"))
                    #expect(logs.hasSuffix("139999\n140000\n"))
                    #expect(worker.log.tail().contains("JOB_LOGS_MAX_BYTES"))
                }
            }
        }

        /// Takes run commands and gives them back, like workers that die over them one after the other.
        /// - Parameter isLast: is told whose a command is, and how many were given back before; true: with it this ends.
        private func giveBack(_ site: Site, until isLast: (String?, Int) -> Bool) async throws {
            try await withConnection(to: site.broker) { connection in
                let consumer = connection.consume(ConsumerOptions(queue: site.prefix + "run.docker", prefetch: 1))
                var count = 0
                for await event in consumer {
                    guard case .delivery(let delivery) = event else { continue }
                    if isLast(delivery.message.correlationID, count) { break }
                    count += 1
                    delivery.reject(requeue: true)
                }
            }
        }
    }
}
