import Threads

/// The API version that an engine and this client both speak; asked for once.
final class NegotiatedVersion: Sendable {
    /// The newest version whose calls this client knows: that of Docker 20.10 and Podman 4.
    static let newest = APIVersion(major: 1, minor: 41)

    private let known = Locked<String?>(nil)

    func version(deadline: Duration, _ client: DockerClient) async throws(DockerError) -> String {
        if let version = known.withLock({ $0 }) { return version }
        let version = Self.choose(try await client.version(deadline: deadline))
        known.withLock { $0 = version }
        return version
    }

    func forget() {
        known.withLock { $0 = nil }
    }

    /// Ours, unless the engine is older, or so new that it has dropped ours (Docker 29 starts at 1.44).
    static func choose(_ engine: DockerEngineVersion) -> String {
        let offered = APIVersion(engine.apiVersion) ?? newest
        let least = APIVersion(engine.minimumAPIVersion) ?? offered
        return max(min(offered, newest), min(least, offered)).description
    }
}
