import Foundation
import Support
import Testing

extension Conformance {
    /// One gateway for several backends, as several pfcon installations share it.
    @Suite struct TogetherTests {
        /// Podman's jobs wait in Docker's queue.
        static let kinds = BackendKind.own.filter { $0 != .podman }

        @Test(.enabled(if: TogetherTests.kinds.count > 1, "one backend alone was asked for"))
        func `Each job runs on the backend of its path, and waits in that backend's queue`() async throws {
            try await Benches.share(Self.kinds) { benches in
                let broker = try await Benches.broker
                let storage = try TemporaryDirectory("storage", mode: 0o755)
                let prefix = "together-\(UUID().uuidString.prefix(8).lowercased())."
                let gateway = try await GatewayProcess.started(
                    amqpURL: broker.url, queuePrefix: prefix, environment: ["CONTAINER_ENV": "docker"])
                let workers = try Self.kinds.compactMap { kind in
                    try benches[kind].map {
                        try WorkerProcess(
                            amqpURL: broker.url, queuePrefix: prefix, backend: $0.backend, storage: storage.path)
                    }
                }
                do {
                    try await run(gateway, workers, benches.mapValues(\.backend), broker, prefix, storage)
                } catch { Issue.record(error) }
                for program in workers.map(\.program) + [gateway.program] { try await program.kill() }
                storage.remove()
            }
        }

        private func run(
            _ gateway: GatewayProcess, _ workers: [WorkerProcess], _ backends: [BackendKind: any BackendUnderTest],
            _ broker: PrivateBroker, _ prefix: String, _ storage: TemporaryDirectory
        ) async throws {
            var posted: [(api: PmanAPI, request: JobRequest)] = []
            for (index, kind) in Self.kinds.enumerated() {
                let api = PmanAPI(gateway.program.http, backend: kind.rawValue)
                for _ in 0...index {
                    var request = JobRequest.shell("echo \(kind.rawValue) >> /share/outgoing/ran")
                    request.image = try #require(backends[kind]).image
                    try request.makingFolders(in: storage.path)
                    try storage.contents.openToAll(request.outputDir)
                    #expect(try await api.post(request).status == 201)
                    posted.append((api, request))
                }
            }
            for (index, kind) in Self.kinds.enumerated() {
                try await eventually("the queue of \(kind.rawValue) holds its jobs") {
                    try await broker.depth(of: "\(prefix)run.\(kind.rawValue)") == index + 1
                }
            }
            // A job of one backend is not known under another's path.
            if let first = posted.first, let last = posted.last {
                #expect(try await first.api.get(last.request.jid).status == 404)
            }
            for worker in workers { try await worker.start() }
            for (api, request) in posted {
                let ended = try await api.waitForEnd(request.jid, within: .seconds(150))
                #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
                #expect(try await api.delete(request.jid).status == 204)
            }
            for (index, kind) in Self.kinds.enumerated() {
                let mine = posted.dropFirst(index * (index + 1) / 2).prefix(index + 1)
                for (_, request) in mine {
                    #expect(try storage.read("\(request.outputDir)/ran") == kind.rawValue + "\n")
                }
                // A command may have been published twice, and its echo be settled a moment later.
                try await eventually("the queue of \(kind.rawValue) is empty") {
                    try await broker.depth(of: "\(prefix)run.\(kind.rawValue)") == 0
                }
            }
            for (kind, backend) in backends {
                for (_, request) in posted {
                    try await eventually(within: .seconds(60), "nothing is left on \(kind.rawValue)") {
                        try await backend.countObjects(of: request.jid, installation: prefix) == 0
                    }
                }
            }
        }
    }
}
