import Support
import Testing

extension EndToEnd {
    /// How the programs reach their broker.
    @Suite(.machine(.shared)) struct BrokerConnectionTests {
        @Test func `Over amqps, with certificates on both sides, a job runs, and a stranger is refused and says why`()
            async throws
        {
            let docker = try await Services.docker
            let certificates = try await PrivateBrokerCertificates()
            let broker = try PrivateBroker(
                PrivateBrokerOptions(
                    certificates: certificates,
                    configuration: ["ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = true"]))
            defer { broker.stop() }
            try await broker.start()
            let member = [
                "AMQP_URL": broker.tlsURL, "AMQP_CA_FILE": certificates.authorityFile,
                "AMQP_CERT_FILE": certificates.clientCertificateFile, "AMQP_KEY_FILE": certificates.clientKeyFile,
            ]
            try await withSite(broker: broker) { site in
                let gateway = try await site.gateway(member)
                _ = try await site.worker(on: docker, member)
                let request = try site.shell("echo safe; exit 4")
                #expect(try await gateway.api.post(request).status == 201)
                let ended = try await gateway.api.waitForEnd(request.jid)
                #expect(ended["message"] == "exited (4)" && ended["logs"] == "safe\n", "\(ended)")

                let others = try await PrivateBrokerCertificates()
                try await isRefused(
                    site, docker, member.merging(["AMQP_CA_FILE": others.authorityFile]) { $1 },
                    because: "trusted authority")
                try await isRefused(
                    site, docker,
                    member.merging([
                        "AMQP_CERT_FILE": others.clientCertificateFile, "AMQP_KEY_FILE": others.clientKeyFile,
                    ]) { $1 }, because: "a certificate that it trusts")
                try await isRefused(
                    site, docker, member.filter { $0.key != "AMQP_CERT_FILE" && $0.key != "AMQP_KEY_FILE" },
                    because: "a certificate that it trusts")
            }
        }

        @Test func `A broker whose certificate has expired is refused, and the reason is among those that are named`()
            async throws
        {
            let docker = try await Services.docker
            let certificates = try await PrivateBrokerCertificates(isExpired: true)
            let broker = try PrivateBroker(PrivateBrokerOptions(certificates: certificates))
            defer { broker.stop() }
            try await broker.start()
            try await withSite(broker: broker) { site in
                try await isRefused(
                    site, docker, ["AMQP_URL": broker.tlsURL, "AMQP_CA_FILE": certificates.authorityFile],
                    because: "has expired")
            }
        }

        /// The one that docs/operators.md gives.
        @Test
        func `A broker's user with rights to its prefix alone, in a virtual host of its own, is enough for everything`()
            async throws
        {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                try await withSite(broker: broker) { site in
                    let names = "^" + site.prefix.replacing(".", with: "\\.")
                    try await broker.control("add_vhost", "hospital")
                    try await broker.control("add_user", "pman", "secret")
                    try await broker.control(
                        "set_permissions", "-p", "hospital", "pman", names, "^(\(names)|amq\\.default)", names)
                    let url = ["AMQP_URL": "amqp://pman:secret@127.0.0.1:\(broker.port)/hospital"]
                    let gateway = try await site.gateway(url)
                    let worker = try await site.worker(on: docker, url)
                    let request = try site.shell("echo early; sleep 3; exit 4")
                    try await gateway.api.submit(request)
                    try await eventually("its output is seen while it runs") {
                        let seen = try await gateway.api.get(request.jid).json
                        return seen["status"] == "started" && seen["logs"] == "early\n"
                    }
                    #expect(try await gateway.api.waitForEnd(request.jid)["message"] == "exited (4)")
                    #expect(try await gateway.api.delete(request.jid).status == 204)
                    try await eventually("its container is gone") {
                        try await docker.container(of: request.jid) == nil
                    }
                    for program in [gateway, worker] as [any ProgramFixture] {
                        #expect(!program.log.tail().contains("ACCESS_REFUSED"))
                    }
                }
            }
        }

        /// Both programs live, are not ready, and say why, also in their logs.
        private func isRefused(
            _ site: Site, _ docker: PrivateDocker, _ environment: [String: String], because reason: String
        ) async throws {
            let programs: [any ProgramFixture] = [
                try await site.idleGateway(environment), try await site.idleWorker(on: docker, environment),
            ]
            for program in programs {
                try await program.start(until: .alive)
                let line = try await program.program.process?.waitForLine(containing: reason) ?? ""
                #expect(line.contains(" warning AMQP connection failed"), "\(line)")
                var last = ""
                try await eventually("it says why it is not ready", lastSeen: { last }) {
                    let answer = try await program.program.http.send("GET", "/readyz")
                    last = "\(answer.status) \(answer.text)"
                    return answer.status == 503 && last.contains("the broker is not connected") && last.contains(reason)
                }
                try await program.kill()
            }
        }

        @Test(arguments: [0, 1])
        func `Of two nodes one is dead: the programs use the other, also when it was away`(_ place: Int) async throws {
            let docker = try await Services.docker
            try await withPrivateBroker { broker in
                var nodes = ["amqp://guest:guest@127.0.0.1:\(try FreePort.pick())/%2F"]
                nodes.insert(broker.url, at: place)
                let both = ["AMQP_URL": nodes.joined(separator: ",")]
                try await withSite(broker: broker) { site in
                    let gateway = try await site.gateway(both)
                    let worker = try await site.worker(on: docker, both)
                    let requests = try (0..<2).map { try site.shell("exit \($0)") }
                    #expect(try await gateway.api.post(requests[0]).status == 201)
                    try await gateway.api.waitForEnd(requests[0].jid)
                    try await broker.kill()
                    for program in [gateway, worker] as [any ProgramFixture] {
                        try await eventually("\(program.program.name) notices") {
                            try await program.program.http.send("GET", "/readyz").status == 503
                        }
                    }
                    try await broker.start()
                    for program in [gateway, worker] as [any ProgramFixture] {
                        try await program.program.waitUntil("/readyz", within: .seconds(60))
                    }
                    try await gateway.api.submit(requests[1])
                    #expect(try await gateway.api.waitForEnd(requests[1].jid)["message"] == "exited (1)")
                    #expect(try await gateway.api.get(requests[0].jid).json["message"] == "exited (0)")
                    #expect(try await site.containers(on: docker).count == 2)
                }
            }
        }
    }
}
