import Foundation
import Logging
import ServiceLifecycle
import Threads

/// Whether the engine answers. While it does not, no job is taken.
final class EngineHealth: Service {
    private struct State: Sendable {
        var since: Date?
        var reason = ""
    }

    private let engine: any Engine
    private let state = Locked(State())
    private let changed = Broadcast()
    private let logger: Logger
    private static let interval: Duration = .seconds(3)

    init(engine: any Engine, logger: Logger) {
        self.engine = engine
        self.logger = logger
    }

    var isReachable: Bool { state.withLock { $0.since == nil } }

    /// For a job's message; nil while the engine answers.
    var complaint: String? {
        state.withLock { state in
            state.since.map { "engine unreachable since \($0.formatted(.iso8601)): \(state.reason)" }
        }
    }

    /// Rings at each change.
    func changes() -> AsyncStream<Void> { changed.listen() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do throws(EngineTrouble) {
                    try await self.engine.ping()
                    self.note(nil)
                } catch {
                    self.note(error)
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Takes what an engine's call said about it.
    func note(_ trouble: EngineTrouble?) {
        switch trouble {
        case .away(let reason): change(to: reason)
        case nil: change(to: nil)
        case .permanent, .transient, .shortlyTransient, .preparing: break
        }
    }

    private func change(to reason: String?) {
        let isNews = state.withLock { state in
            let was = state.since != nil
            if let reason {
                state.reason = reason
                if state.since == nil { state.since = .now }
            } else {
                state.since = nil
            }
            return was != (reason != nil)
        }
        guard isNews else { return }
        if let reason {
            logger.error(
                "the engine does not answer; no jobs are taken until it does", metadata: ["reason": "\(reason)"])
        } else {
            logger.notice("the engine answers again")
        }
        changed.ring()
    }
}
