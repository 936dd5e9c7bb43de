import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct DeleteTests {
        @Test func `A job deleted before it started never starts`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let deleted = try (0..<20).map { _ in try site.shell("exit 0") }
                let kept = try site.shell("exit 0")
                for request in deleted { #expect(try await gateway.api.post(request).status == 201) }
                try await eventually("the commands are in the run queue") {
                    try await site.runQueueDepth() == deleted.count
                }
                for request in deleted { #expect(try await gateway.api.delete(request.jid).status == 204) }
                #expect(try await gateway.api.post(kept).status == 201)
                _ = try await site.worker(on: docker)
                try await gateway.api.waitForEnd(kept.jid)
                // The last command is done, and so all before it have been taken.
                try await eventually("the run queue is empty") { try await site.runQueueDepth() == 0 }
                try await eventually("only the kept job's container is left") {
                    try await site.containers(on: docker).count == 1
                }
                let ours = try await docker.inspect(kept.jid)["Id"].string
                let begun = docker.recorder.starts.filter { $0.container == ours }
                #expect(begun.count == 1)
                for request in deleted { #expect(try await gateway.api.get(request.jid).status == 404) }
                let started = try await startedJobs(of: site, on: docker)
                #expect(started == [kept.jid])
            }
        }

        /// Which jobs left output folders that a container wrote to cannot be told; the engine's log of names can.
        private func startedJobs(of site: Site, on docker: PrivateDocker) async throws -> [String] {
            _ = await docker.starts()
            let containers = try await site.containers(on: docker)
            let started = Set(docker.recorder.starts.map(\.container))
            return containers.filter { started.contains($0["Id"].string ?? "") }
                .compactMap { $0["Labels"][Labels.job].string }
        }

        @Test(arguments: ["running", "finished"])
        func `A job deleted while its worker is down is gone when the worker is back`(_ state: String) async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker)
                let request = try site.shell(state == "running" ? "sleep 600" : "exit 0")
                #expect(try await gateway.api.post(request).status == 201)
                if state == "running" {
                    try await gateway.api.waitFor(request.jid, status: ["started"])
                } else {
                    try await gateway.api.waitForEnd(request.jid)
                }
                try await worker.kill()
                #expect(try await gateway.api.delete(request.jid).status == 204)
                #expect(try await gateway.api.get(request.jid).status == 404)
                #expect(try await docker.container(of: request.jid) != nil)
                try await worker.start()
                try await docker.waitUntilNoContainer(of: request.jid)
            }
        }

        @Test func `Of eight DELETEs at once exactly one is 204, the others 404`() async throws {
            let plain = try await Services.plain
            for _ in 0..<5 {
                let request = try plain.site.shell("exit 0")
                #expect(try await plain.api.post(request).status == 201)
                let statuses = try await together(Array(0..<8), width: 8) { _ in
                    try await plain.api.delete(request.jid).status
                }
                #expect(statuses.sorted() == [204] + [Int](repeating: 404, count: 7))
                try await plain.docker.waitUntilNoContainer(of: request.jid)
            }
        }

        @Test func `A job id can be used again at once, also while the old job runs`() async throws {
            let plain = try await Services.plain
            let old = try plain.site.shell("echo old; sleep 600")
            #expect(try await plain.api.post(old).status == 201)
            try await plain.api.waitFor(old.jid, status: ["started"])
            #expect(try await plain.api.delete(old.jid).status == 204)
            let new = try plain.site.job(.shell("echo new; exit 4", jid: old.jid))
            let posted = try await plain.api.post(new)
            #expect(posted.status == 201)
            #expect(posted.json["status"] == "notstarted")
            let ended = try await plain.api.waitForEnd(new.jid)
            #expect(ended["message"] == "exited (4)")
            #expect(ended["logs"] == "new\n")
            try await eventually("the old job's container is gone") {
                try await plain.docker.containers(labelled: "\(Labels.job)=\(old.jid)").count == 1
            }
            // The old one's death, seen late, changes nothing.
            #expect(try await plain.api.get(new.jid).json == ended)
            #expect(try await plain.api.delete(new.jid).status == 204)
        }

        @Test func `A job id posted and deleted many times ends as the last one`() async throws {
            let plain = try await Services.plain
            let jid = JobRequest.uniqueID()
            for round in 0..<10 {
                let request = try plain.site.job(.shell("exit \(round)", jid: jid))
                #expect(try await plain.api.post(request).status == 201)
                if round < 9 { #expect(try await plain.api.delete(jid).status == 204) }
            }
            let ended = try await plain.api.waitForEnd(jid)
            #expect(ended["message"] == "exited (9)")
            #expect(try await plain.api.delete(jid).status == 204)
            try await plain.docker.waitUntilNoContainer(of: jid)
        }
    }
}
