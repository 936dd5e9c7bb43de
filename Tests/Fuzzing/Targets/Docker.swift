import struct Core.StatusReport
@testable import Worker

extension FuzzTarget {
    /// What Docker, Podman and Swarm answer.
    static let docker = [
        FuzzTarget("docker-log") { bytes in
            // The first byte says how large the pieces are.
            let (size, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
            let whole = frames(stream, size: max(1, stream.count))
            let pieces = frames(stream, size: size)
            expect(whole.failed == pieces.failed, "whether it is a log does not depend on the pieces")
            expect(whole.isOver == pieces.isOver, "nor where it ends")
            if !whole.failed { expect(whole.text == pieces.text, "nor what it says") }
        },
        FuzzTarget("json-lines") { bytes in
            let (size, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
            let whole = lines(stream, size: max(1, stream.count))
            expect(whole == lines(stream, size: size), "lines do not depend on the pieces")
            for line in whole {
                if let event = try? DockerJSON.decode(DockerEvent.self, line) { _ = event.timeNano }
                guard let progress = try? DockerJSON.decode(DockerPullProgress.self, line) else { continue }
                // Those of a thousand layers are added up.
                _ = (progress.total ?? 0) * 1000 + (progress.current ?? 0) * 1000
                if let message = progress.error {
                    _ = PullFailure.isPermanent(message, status: nil, image: ImageReference(progress.id))
                }
            }
        },
        FuzzTarget("docker-answer") { bytes in
            if let one = try? DockerJSON.decode(ContainerInspection.self, bytes) {
                _ = StatusReport(one.state)
                _ = JobLabels.submission(one.labels, backend: .docker, installation: "pman.")
            }
            _ = try? DockerJSON.decode([ContainerSummary].self, bytes)
            _ = try? DockerJSON.decode(DockerImage.self, bytes)
            _ = try? DockerJSON.decode(DockerVolume.self, bytes)
            _ = try? DockerJSON.decode(CreatedContainer.self, bytes)
            if let info = try? DockerJSON.decode(DockerEngineInfo.self, bytes) {
                _ = (info.cpus.map { $0 * 1000 }, info.memoryBytes.map { Int($0 >> 20) })
            }
            if let version = try? DockerJSON.decode(DockerEngineVersion.self, bytes) {
                _ = NegotiatedVersion.choose(version)
            }
            _ = DockerJSON.refusal(500, bytes)
        },
        FuzzTarget("swarm-answer") { bytes in
            if let nodes = try? DockerJSON.decode([SwarmNode].self, bytes) {
                _ = NodeOffers(nodes, gpuResource: "gpu")
            }
            if let tasks = try? DockerJSON.decode([SwarmTask].self, bytes) {
                for replicas in [1, 2] { _ = TaskSlots(tasks, replicas: replicas).report }
            }
            _ = try? DockerJSON.decode([SwarmService].self, bytes)
        },
        FuzzTarget("registry-credentials") { bytes in
            let credentials = RegistryCredentials(bytes, path: "config.json")
            for image in ["busybox", "registry.example.org/a/b", "localhost:5000/x"] {
                expect(
                    credentials.header(for: image)?.utf8.allSatisfy { (33...126).contains($0) } ?? true,
                    "a header is one word")
            }
            _ = ImageReference(String(decoding: bytes, as: UTF8.self)).registry
        },
    ]

    private static func frames(
        _ stream: [UInt8], size: Int
    ) -> (text: [[UInt8]], isOver: Bool, failed: Bool) {
        var demultiplexer = LogDemultiplexer()
        var text: [[UInt8]] = [[], [], [], []]
        for piece in pieces(stream, size) {
            guard let chunks = try? demultiplexer.take(piece) else { return (text, false, true) }
            for chunk in chunks { text[Int(chunk.source.rawValue)] += chunk.bytes }
        }
        return (text, demultiplexer.isBetweenFrames, false)
    }

    private static func lines(_ stream: [UInt8], size: Int) -> [[UInt8]] {
        var reader = JSONLines()
        var lines: [[UInt8]] = []
        for piece in pieces(stream, size) {
            guard (try? reader.append(piece)) != nil else { return lines }
            while let line = reader.next() { lines.append(line) }
        }
        reader.finish()
        while let line = reader.next() { lines.append(line) }
        return lines
    }
}
