import AMQP
import Core
import Threads

/// The newest output of running jobs, in bounded memory; never in the log.
///
/// A reader gets what is here at once, and asking makes it fresh for the next: at most once per job and refresh time.
final class LiveTails: Sendable {
    private struct Tail: Sendable {
        var logs = ""
        var askedAt: ContinuousClock.Instant
    }
    private struct State: Sendable {
        var tails: [SubmissionID: Tail] = [:]
        var bytes = 0
    }

    private let connection: AMQPConnection
    private let names: QueueNames
    private let refresh: Duration
    private let state = Locked(State())
    private static let maximumBytes = 8 << 20

    init(connection: AMQPConnection, names: QueueNames, refresh: Duration) {
        self.connection = connection
        self.names = names
        self.refresh = refresh
    }

    func tail(of submission: SubmissionID, at placement: Placement) -> String {
        let now = ContinuousClock.now
        let (logs, mustAsk) = state.withLock { state -> (String, Bool) in
            if let tail = state.tails[submission] {
                guard now - tail.askedAt >= refresh else { return (tail.logs, false) }
                state.tails[submission]?.askedAt = now
                return (tail.logs, true)
            }
            if state.tails.count >= 10_000 { state = State() }
            state.tails[submission] = Tail(askedAt: now)
            return ("", true)
        }
        if mustAsk { Task { await self.ask(submission, placement) } }
        return logs
    }

    /// What the engine says now; what was last known where it does not answer in time.
    func fresh(of submission: SubmissionID, at placement: Placement, within patience: Duration) async -> String {
        state.withLock { state in
            if state.tails.count >= 10_000 { state = State() }
            if state.tails[submission] == nil { state.tails[submission] = Tail(askedAt: .now) }
        }
        await ask(submission, placement, within: patience)
        return state.withLock { $0.tails[submission]?.logs ?? "" }
    }

    private func ask(
        _ submission: SubmissionID, _ placement: Placement, within patience: Duration = .seconds(5)
    ) async {
        guard
            let body = try? JSONMessage.encode(LiveRequest(submission: submission, object: placement.object)),
            let reply = try? await connection.request(
                transient(body), routingKey: names.live(placement.engine), timeout: patience),
            let tail = try? JSONMessage.decode(LiveTail.self, from: reply.body)
        else { return }
        state.withLock { state in
            guard let old = state.tails[submission] else { return }
            state.bytes += tail.logs.utf8.count - old.logs.utf8.count
            state.tails[submission]?.logs = tail.logs
            guard state.bytes > Self.maximumBytes else { return }
            // Oldest first, until half is free: nothing here cannot be asked for again.
            for (id, victim) in state.tails.sorted(by: { $0.value.askedAt < $1.value.askedAt }) where id != submission {
                state.tails[id] = nil
                state.bytes -= victim.logs.utf8.count
                if state.bytes <= Self.maximumBytes / 2 { break }
            }
        }
    }

    private func transient(_ body: [UInt8]) -> AMQPMessage {
        var message = AMQPMessage(body: body)
        message.type = "live"
        message.persistent = false
        message.expiration = .seconds(5)
        return message
    }
}
