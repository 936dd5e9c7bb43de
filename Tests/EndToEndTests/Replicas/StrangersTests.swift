import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct StrangersTests {
        @Test func `Containers of others are never shown, touched or counted`() async throws {
            let docker = try await Services.docker
            try await withSite { other in
                try await withSite { site in
                    let jid = JobRequest.uniqueID()
                    let bare = try await stranger(on: docker, name: jid, labels: [:])
                    let similar = try await stranger(
                        on: docker, name: "\(jid)-x",
                        labels: [Labels.job: jid, Labels.submission: "1-abcdefgh", "org.chrisproject.job": jid])
                    let forged = try await stranger(
                        on: docker, name: "\(jid)-y",
                        labels: [Labels.installation: site.prefix, Labels.job: "../\(jid)"])
                    let otherGateway = try await other.gateway()
                    _ = try await other.worker(on: docker)
                    let gateway = try await site.gateway()
                    _ = try await site.worker(on: docker)

                    let theirs = try other.job(.shell("sleep 600", jid: jid))
                    #expect(try await otherGateway.api.post(theirs).status == 201)
                    try await otherGateway.api.waitFor(jid, status: ["started"])
                    let others = try await docker.containers(labelled: "\(Labels.installation)=\(other.prefix)")
                    let foreign = [bare, similar, forged] + others.compactMap { $0["Id"].string }

                    for name in foreign + [jid, String(bare.prefix(12))] {
                        #expect(try await gateway.api.get(name).status == 404)
                        #expect(try await gateway.api.delete(name).status == 404)
                    }
                    let ours = try site.job(.shell("echo ours", jid: jid))
                    #expect(try await gateway.api.post(ours).status == 201)
                    #expect(try await gateway.api.waitForEnd(jid)["logs"] == "ours\n")
                    #expect(try await gateway.api.delete(jid).status == 204)
                    try await eventually("our container is gone") {
                        try await docker.containers(labelled: "\(Labels.installation)=\(site.prefix)").count == 1
                    }
                    for id in foreign {
                        let state = try await docker.get("/containers/\(id)/json")["State"]
                        #expect(state["Running"] == true)
                    }
                    #expect(try await otherGateway.api.get(jid).json["status"] == "started")
                    for id in [bare, similar, forged] {
                        _ = try await docker.api.send("DELETE", "/containers/\(id)?force=1")
                    }
                }
            }
        }

        private func stranger(on docker: PrivateDocker, name: String, labels: [String: String]) async throws -> String {
            let created = try await docker.api.send(
                "POST", "/containers/create?name=\(name)", headers: ["Content-Type": "application/json"],
                body: JSONValue.object([
                    "Image": "local/pmt:1", "Cmd": ["/bin/sleep", "600"],
                    "Labels": .object(labels.mapValues { .string($0) }),
                ]).bytes)
            let id = try #require(created.json["Id"].string, "\(created.text)")
            try #require(try await docker.api.send("POST", "/containers/\(id)/start").status == 204)
            return id
        }
    }
}
