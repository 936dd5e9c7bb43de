import Foundation
import Glibc
import Support
import Testing

extension EndToEnd {
    /// The whole path on the stand-in of Kubernetes.
    @Suite(.machine(.shared), .enabled(if: TestParts.include("kubernetes"))) struct KubernetesTests {
        private func withInstallation(
            workers: Int, _ body: (KubernetesUnderTest, Site, PmanAPI, [WorkerProcess]) async throws -> Void
        ) async throws {
            let cluster = try await KubernetesUnderTest()
            do {
                try await withSite { site in
                    let gateway = try await site.gateway(["CONTAINER_ENV": "kubernetes"])
                    var processes: [WorkerProcess] = []
                    for _ in 0..<workers {
                        let worker = try WorkerProcess(
                            amqpURL: site.broker.url, queuePrefix: site.prefix, dockerHost: "", storebase: "",
                            environment: cluster.workerVariables(storage: site.storage.path)
                                .merging(["STOREBASE": ""]) { $1 })
                        try await worker.program.start()
                        processes.append(worker)
                    }
                    let result: Result<Void, any Error>
                    do {
                        result = .success(try await body(cluster, site, gateway.api, processes))
                    } catch { result = .failure(error) }
                    for process in processes { try? await process.program.kill() }
                    try result.get()
                }
            } catch {
                await cluster.stop()
                throw error
            }
            await cluster.stop()
        }

        @Test func `jobs run, wait with a reason, fail with one, and are removed`() async throws {
            try await withInstallation(workers: 1) { cluster, site, api, _ in
                let good = try site.shell("echo hello; sleep 1; echo out > /share/outgoing/file")
                try await api.submit(good)
                let ended = try await api.waitForEnd(good.jid)
                #expect(ended["status"] == "finishedSuccessfully")
                #expect(ended["message"] == "finished")
                #expect(ended["logs"] == "hello\n")
                #expect(try site.storage.read("\(good.outputDir)/file") == "out\n")

                var graphics = try site.shell("true")
                graphics.gpuLimit = 1
                try await api.submit(graphics)
                try await eventually("the scheduler's words are seen") {
                    try await api.get(graphics.jid).json["message"].string?.contains("Insufficient nvidia.com/gpu")
                        == true
                }
                #expect(try await api.get(graphics.jid).json["status"] == "notstarted")

                var missing = try site.shell("true")
                missing.image = "local/none:1"
                try await api.submit(missing)
                let refused = try await api.waitForEnd(missing.jid)
                #expect(refused["status"] == "finishedWithError")
                #expect(refused["message"].string?.contains("local/none:1") == true)

                var impossible = try site.shell("true")
                impossible.jid = "Not_A_Name"
                let answer = try await api.post(impossible)
                #expect(answer.status == 400)
                #expect(answer.json["message"]["jid"].string?.contains("Kubernetes") == true)

                for jid in [good.jid, graphics.jid, missing.jid] {
                    #expect(try await api.delete(jid).status == 204)
                    try await eventually("the Job of \(jid) is gone") {
                        try await cluster.countObjects(of: jid, installation: site.prefix) == 0
                    }
                }
            }
        }

        @Test func `workers and the API server are killed, and nothing is lost or run twice`() async throws {
            try await withInstallation(workers: 2) { cluster, site, api, workers in
                let jobs = try (0..<12).map { _ in try site.shell("echo x >> /share/outgoing/starts; sleep 2") }
                for job in jobs { try await api.submit(job) }
                try await eventually("some of them run") {
                    try await cluster.objects("pods").contains { $0["status"]["phase"] == "Running" }
                }
                try await workers[0].program.kill()
                try await cluster.kill()
                try await cluster.restart()
                try await workers[0].program.start()
                for job in jobs {
                    let ended = try await api.waitForEnd(job.jid)
                    #expect(ended["status"] == "finishedSuccessfully")
                    #expect(try site.storage.read("\(job.outputDir)/starts") == "x\n")
                }
            }
        }
    }
}
