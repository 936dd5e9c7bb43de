import Foundation

/// A pman that somebody else runs, at a URL: nothing is known of its scheduler, and nothing of it is hurt.
public struct InstallationUnderTest: BackendUnderTest {
    public let name: String
    public let image: String
    /// The gateway.
    public let http: HTTPClientOfTests
    /// The storage root, as it is seen on this machine.
    public let storage: String

    /// What `PMAN_CONFORMANCE_URL` and its companions name; nil when it is not set.
    /// - Throws: `SupportError` naming the variable that is missing or wrong.
    public static func asked() throws -> InstallationUnderTest? {
        let environment = ProcessInfo.processInfo.environment
        guard let text = environment["PMAN_CONFORMANCE_URL"], !text.isEmpty else { return nil }
        guard let url = URL(string: text), url.scheme == "http", let host = url.host() else {
            throw SupportError("PMAN_CONFORMANCE_URL must be http://host:port")
        }
        func value(_ variable: String, _ meaning: String) throws -> String {
            guard let value = environment[variable], !value.isEmpty else {
                throw SupportError("\(variable) is not set: \(meaning)")
            }
            return value
        }
        return InstallationUnderTest(
            name: try value("PMAN_CONFORMANCE_BACKEND", "the backend, as in CONTAINER_ENV"),
            image: try value("PMAN_CONFORMANCE_IMAGE", "an image with busybox's programs and no entry point"),
            http: HTTPClientOfTests(.tcp(host: host, port: UInt16(clamping: url.port ?? 80)), connections: 16),
            storage: try value("PMAN_CONFORMANCE_STORAGE", "the storage root, as it is seen on this machine"))
    }

    public var differences: BackendDifferences {
        var differences = BackendDifferences()
        let isContainerEngine = ["docker", "podman"].contains(name)
        differences.replacesEntrypoint = !isContainerEngine
        differences.quotesCommand = isContainerEngine || name == "cromwell"
        differences.allowsSeveralWorkers = !isContainerEngine
        differences.setsUser = false
        differences.statusDelay = .seconds(30)
        return differences
    }

    public func workerVariables(storage: String) -> [String: String] { [:] }

    private var notOurs: SupportError { SupportError("the scheduler of this installation is not ours to touch") }

    public func countObjects(of jid: String, installation: String) async throws -> Int { throw notOurs }
    public func startStranger(named jid: String) async throws -> String { throw notOurs }
    public func strangerRuns(_ id: String) async throws -> Bool { throw notOurs }
    public func kill() async throws { throw notOurs }
    public func freeze() {}
    public func thaw() {}
    public func restart() async throws { throw notOurs }
    public func stop() async {}
}
