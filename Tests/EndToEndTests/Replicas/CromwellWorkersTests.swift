import Support
import Testing

extension EndToEnd {
    /// Several workers on one Cromwell, of which one watches and all start jobs.
    @Suite(.machine(.shared)) struct CromwellWorkersTests {
        @Test func `Three workers on one Cromwell run each job once`() async throws {
            try await withSite { site in
                let cromwell = try await CromwellUnderTest()
                do {
                    let gateway = try await site.gateway(["CONTAINER_ENV": "cromwell"])
                    var workers: [WorkerProcess] = []
                    for _ in 0..<3 {
                        let worker = try WorkerProcess(
                            amqpURL: site.broker.url, queuePrefix: site.prefix, backend: cromwell,
                            storage: site.storage.path)
                        try await worker.program.start()
                        workers.append(worker)
                    }
                    let requests = try (0..<9).map { _ in
                        try site.shell("echo ran >> /share/outgoing/ran; sleep 4; echo here")
                    }
                    for request in requests { #expect(try await gateway.api.post(request).status == 201) }
                    for request in requests {
                        let ended = try await gateway.api.waitForEnd(request.jid, within: .seconds(30))
                        #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
                        #expect(ended["logs"] == "here\n")
                        #expect(try site.storage.read("\(request.outputDir)/ran") == "ran\n")
                    }
                    for worker in workers { try await worker.program.kill() }
                } catch {
                    await cromwell.stop()
                    throw error
                }
                await cromwell.stop()
            }
        }
    }
}
