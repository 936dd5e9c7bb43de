import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct WorkerSettingsTests {
        @Test func `Limits become the container's`() async throws {
            let plain = try await Services.plain
            var request = try plain.site.shell("true")
            request.cpuLimit = 250
            request.memoryLimit = 64
            #expect(try await plain.api.post(request).status == 201)
            try await plain.api.waitForEnd(request.jid)
            let host = try await plain.docker.inspect(request.jid)["HostConfig"]
            #expect(host["NanoCpus"] == 250_000_000)
            #expect(host["MemoryReservation"] == 67_108_864)
            #expect(host["Memory"] == 0)
            #expect(host["RestartPolicy"]["Name"] != "always")
            #expect(host["AutoRemove"] == false)
            #expect(try await plain.api.delete(request.jid).status == 204)
        }

        @Test func `A worker's settings become the container's`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(
                    on: docker,
                    [
                        "IGNORE_LIMITS": "yes", "CONTAINER_USER": "1234-1240:4321", "SHM_SIZE": "96",
                        "ENABLE_HOME_WORKAROUND": "yes", "JOB_LABELS": "team=imaging,cost=a=b",
                    ])
                var request = try site.shell("id -u; id -G; echo $HOME; df -k /dev/shm | tail -1 | awk '{print $2}'")
                request.cpuLimit = 900_000
                #expect(try await gateway.api.post(request).status == 201)
                let ended = try await gateway.api.waitForEnd(request.jid)
                let lines = (ended["logs"].string ?? "").split(separator: "\n").map(String.init)
                try #require(lines.count == 4, "\(ended)")
                #expect((1234...1240).contains(Int(lines[0]) ?? 0))
                #expect(lines[1].split(separator: " ").contains("4321"))
                #expect(lines[2] == "/tmp")
                #expect(lines[3] == "98304")
                let inspection = try await docker.inspect(request.jid)
                #expect(inspection["HostConfig"]["NanoCpus"] == 0)
                #expect(inspection["HostConfig"]["MemoryReservation"] == 0)
                #expect(inspection["Config"]["Labels"]["team"] == "imaging")
                #expect(inspection["Config"]["Labels"]["cost"] == "a=b")
            }
        }

        @Test func `A hard memory limit ends a job that needs more, and says so`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                _ = try await site.worker(on: docker, ["MEMORY_HARD_LIMIT": "yes", "JOB_LOGS_TAIL": "2"])
                let request = try site.shell("seq 5; tail /dev/zero; exit $?")
                #expect(try await gateway.api.post(request).status == 201)
                let ended = try await gateway.api.waitForEnd(request.jid)
                #expect(ended["status"] == "finishedWithError")
                #expect(ended["message"] == "exited (137): out of memory")
            }
        }

        @Test func `With REMOVE_JOBS=no a DELETE changes nothing`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway(["REMOVE_JOBS": "no"])
                _ = try await site.worker(on: docker)
                let request = try site.shell("exit 0")
                #expect(try await gateway.api.post(request).status == 201)
                try await gateway.api.waitForEnd(request.jid)
                #expect(try await gateway.api.delete(request.jid).status == 204)
                #expect(try await gateway.api.get(request.jid).status == 200)
                #expect(try await docker.container(of: request.jid) != nil)
                #expect(try await gateway.api.delete("unknown").status == 404)
            }
        }

        @Test func `The storage is that of pfcon's container, which may come later than the worker`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let label = "pfcon-of=\(site.prefix)"
                let worker = try await site.idleWorker(
                    on: docker,
                    ["STORAGE_TYPE": "docker_local_volume", "STOREBASE": "", "PFCON_SELECTOR": label])
                try await worker.start(until: .launched)
                try await worker.program.process?.waitForLine(containing: "waiting for the storage")

                let volume = "storage-\(site.prefix)"
                let created = try await docker.api.send(
                    "POST", "/containers/create", headers: ["Content-Type": "application/json"],
                    body: JSONValue.object([
                        "Image": "local/pmt:1", "Cmd": ["/bin/true"], "Labels": ["pfcon-of": .string(site.prefix)],
                        "HostConfig": [
                            "Mounts": [
                                ["Type": "volume", "Source": .string(volume), "Target": "/var/local/storeBase"]
                            ]
                        ],
                    ]).bytes)
                try #require(created.status == 201, "\(created.text)")
                try await runsOnVolume(volume, gateway, docker)
                let id = created.json["Id"].string ?? ""
                #expect(try await docker.api.send("DELETE", "/containers/\(id)?force=1").status == 204)
            }
        }

        @Test func `The storage is the volume that VOLUME_NAME names`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let volume = "named-\(site.prefix)"
                let created = try await docker.api.send(
                    "POST", "/volumes/create", headers: ["Content-Type": "application/json"],
                    body: JSONValue.object(["Name": .string(volume)]).bytes)
                try #require(created.status == 201)
                _ = try await site.worker(
                    on: docker, ["STORAGE_TYPE": "docker_local_volume", "STOREBASE": "", "VOLUME_NAME": volume])
                try await runsOnVolume(volume, gateway, docker)
            }
        }

        private func runsOnVolume(_ volume: String, _ gateway: GatewayProcess, _ docker: PrivateDocker) async throws {
            let root = try #require(try await docker.get("/volumes/\(volume)")["Mountpoint"].string)
            let request = try JobRequest.shell("cp /share/incoming/in /share/outgoing/out").makingFolders(in: root)
            try Data("data".utf8).write(to: URL(fileURLWithPath: "\(root)/\(request.inputDir)/in"))
            #expect(try await gateway.api.post(request).status == 201)
            let ended = try await gateway.api.waitForEnd(request.jid)
            #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
            #expect(FileManager.default.fileExists(atPath: "\(root)/\(request.outputDir)/out"))
        }
    }
}
