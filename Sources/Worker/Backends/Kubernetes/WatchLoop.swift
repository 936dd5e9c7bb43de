import Core
import Logging

/// Keeps one watch going: from the last version that was seen, after every end that the server or the network puts to
/// it, and by a list anew when the server has forgotten that version.
struct WatchLoop<Item: Decodable & Sendable>: Sendable {
    let store: KubernetesStore
    let logger: Logger
    /// For the log.
    let what: String
    /// Lists anew and returns the list's version.
    let list: @Sendable () async throws(KubernetesError) -> String
    let watch: @Sendable (_ since: String) -> KubernetesChanges<Item>
    /// Takes a change and returns the version that it brings.
    let take: @Sendable (KubernetesChanges<Item>.Change) -> String?

    /// How often in a row a watch may fail before the whole watching begins anew.
    private static var patience: Int { 4 }

    /// - Throws: `EngineTrouble` when the server cannot be watched.
    func run(from version: String) async throws {
        var version = version
        var failures = 0
        while !Task.isCancelled {
            do throws(KubernetesError) {
                let isFruitful = try await follow(&version)
                failures = isFruitful ? 0 : failures + 1
            } catch .expired {
                logger.info("a watch is too old for the API server; listing anew", metadata: ["of": "\(what)"])
                version = try await relist()
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                logger.info("a watch was cut off", metadata: ["of": "\(what)", "reason": "\(error)"])
                if failures >= Self.patience || Self.isLasting(error) { throw KubernetesTrouble.general(error) }
            }
            if failures > 0 { try await Task.sleep(for: .milliseconds(200 << min(failures, 4))) }
        }
    }

    /// - Returns: false when the server ended a watch as soon as it began.
    private func follow(_ version: inout String) async throws(KubernetesError) -> Bool {
        let began = ContinuousClock.now
        var isFruitful = false
        store.watchBegan()
        defer { store.watchEnded() }
        for try await change in watch(version) {
            isFruitful = true
            if let next = take(change), !next.isEmpty { version = next }
        }
        return isFruitful || ContinuousClock.now - began > .seconds(1)
    }

    private func relist() async throws -> String {
        do throws(KubernetesError) { return try await list() } catch { throw KubernetesTrouble.general(error) }
    }

    private static func isLasting(_ error: KubernetesError) -> Bool {
        if case .refused(let refusal) = error { refusal.status == 401 || refusal.isMissingRight } else { false }
    }
}
