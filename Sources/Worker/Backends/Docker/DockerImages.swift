import Core
import Threads

/// Pulls images that are missing: one pull for each image, however many jobs wait for it.
final class DockerImages: Sendable {
    private struct Progress: Sendable {
        var layers: [String: (current: Int64, total: Int64)] = [:]
        var end: (result: Result<Void, EngineTrouble>, at: ContinuousClock.Instant)?
    }

    private let client: DockerClient
    private let credentials: RegistryCredentials
    private let pulls = Locked<[String: Locked<Progress>]>([:])
    /// How long a command is held for a pull; one that takes longer goes on while the command waits elsewhere.
    private static let wait: Duration = .seconds(3)
    /// How long a failure is kept for a command that waits elsewhere: else it would begin the pull anew and never be told.
    private static let memory: Duration = .seconds(60)

    init(client: DockerClient, credentials: RegistryCredentials) {
        self.client = client
        self.credentials = credentials
    }

    /// Makes sure that an image is there.
    /// - Throws: `EngineTrouble.preparing` while the pull goes on.
    func pull(_ reference: Core.ImageReference) async throws(EngineTrouble) {
        let image = reference.withTag
        let (progress, isNew) = pulls.withLock { pulls in
            pulls = pulls.filter { _, progress in
                progress.withLock { $0.end.map { ContinuousClock.now - $0.at < Self.memory } ?? true }
            }
            if let running = pulls[image] { return (running, false) }
            let progress = Locked(Progress())
            pulls[image] = progress
            return (progress, true)
        }
        if isNew { Task { await self.run(image, progress) } }
        let deadline = ContinuousClock.now + Self.wait
        while ContinuousClock.now < deadline, !Task.isCancelled {
            if let result = progress.withLock({ $0.end?.result }) {
                forget(image, progress)
                return try result.get()
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        throw .preparing(Self.message(image, progress.withLock { $0.layers }))
    }

    private func run(_ image: String, _ progress: Locked<Progress>) async {
        let result: Result<Void, EngineTrouble>
        do {
            let stream = client.pullImage(image, registryAuthentication: credentials.header(for: image))
            for try await step in stream {
                guard let total = step.total, let current = step.current else { continue }
                progress.withLock { $0.layers[step.id] = (current, total) }
            }
            result = .success(())
        } catch {
            result = .failure(Self.trouble(image, error))
        }
        progress.withLock { $0.end = (result, .now) }
        if case .success = result { forget(image, progress) }
    }

    /// The next who needs the image begins a pull.
    private func forget(_ image: String, _ progress: Locked<Progress>) {
        pulls.withLock { if $0[image] === progress { $0[image] = nil } }
    }

    private static func trouble(_ image: String, _ error: any Error) -> EngineTrouble {
        switch error as? DockerError {
        case .pullFailed(let message, let isPermanent):
            let text = "image \(image) cannot be pulled: \(message.forMessage(limit: 500))"
            if isPermanent { return .permanent(text) }
            return registryIsAway(message) ? .shortlyTransient(text) : .transient(text)
        case .unreachable(let error): return .away("\(error)")
        case .unclear, .status, .malformed, nil:
            return .transient("image \(image) cannot be pulled: \("\(error)".forMessage(limit: 500))")
        }
    }

    /// A registry that does not answer at all is mostly one that cannot be reached from here.
    private static func registryIsAway(_ message: String) -> Bool {
        let text = message.lowercased()
        return [
            "no such host", "dial tcp", "dial udp", "network is unreachable", "connection refused", "i/o timeout",
            "server misbehaving", "temporary failure in name resolution",
        ].contains { text.contains($0) }
    }

    private static func message(_ image: String, _ layers: [String: (current: Int64, total: Int64)]) -> String {
        let current = layers.values.reduce(0) { $0 + $1.current }
        let total = layers.values.reduce(0) { $0 + $1.total }
        guard total > 0 else { return "pulling image \(image)" }
        return "pulling image \(image): \(current >> 20) of \(total >> 20) MiB"
    }
}
