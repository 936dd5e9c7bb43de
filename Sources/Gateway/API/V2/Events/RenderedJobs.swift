import Core
import Threads

/// Jobs as events, each made once for all listeners.
final class RenderedJobs: Sendable {
    private struct Rendered: Sendable {
        let offset: LogOffset
        let event: ServerSentEvent
    }
    private struct State: Sendable {
        var events: [JobKey: Rendered] = [:]
        var bytes = 0
    }

    private struct Deleted: Encodable {
        let backend: Backend
        let jid: JobID
    }

    private let workers: Workers
    private let state = Locked(State())
    private static let maximumBytes = 8 << 20

    init(workers: Workers) { self.workers = workers }

    /// The jobs as they are now, in the order of the changes; without ids.
    func events(of changes: [ChangeFeed.Change], in cache: Cache) async throws -> [ServerSentEvent] {
        var found = state.withLock { state in
            changes.map { change in state.events[change.key].flatMap { $0.offset >= change.offset ? $0.event : nil } }
        }
        let missing = found.indices.filter { found[$0] == nil }
        if !missing.isEmpty {
            let current = try await cache.submissions(missing.map { changes[$0].key })
            let reasons = WaitingReasons(workers)
            for index in missing {
                let event = try Self.event(changes[index].key, current[changes[index].key], reasons)
                found[index] = event
                keep(event, of: changes[index])
            }
        }
        return found.compactMap(\.self)
    }

    private static func event(
        _ key: JobKey, _ current: Submission?, _ reasons: WaitingReasons
    ) throws -> ServerSentEvent {
        guard let current else {
            return ServerSentEvent(
                name: "deleted", data: try JSONMessage.encode(Deleted(backend: key.backend, jid: key.job)))
        }
        return ServerSentEvent(
            name: "job",
            data: try JSONMessage.encode(JobSummary(submission: current, waiting: reasons.reason(current))))
    }

    private func keep(_ event: ServerSentEvent, of change: ChangeFeed.Change) {
        state.withLock { state in
            if state.bytes > Self.maximumBytes { state = State() }
            if let old = state.events[change.key] {
                guard old.offset < change.offset else { return }
                state.bytes -= old.event.data.count
            }
            state.events[change.key] = Rendered(offset: change.offset, event: event)
            state.bytes += event.data.count + 200
        }
    }
}
