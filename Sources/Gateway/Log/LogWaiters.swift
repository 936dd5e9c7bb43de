import Core
import Threads

/// Those who wait for an entry of their own to be folded.
final class LogWaiters: Sendable {
    /// A place in the line; made before the entry is published, so that it cannot be missed.
    final class Ticket: Sendable {
        fileprivate enum State: Sendable {
            case open
            case waiting(CheckedContinuation<Folded?, Never>)
            case done(Folded?)
        }
        fileprivate let entry: LogEntry
        /// What it was published as.
        fileprivate let body: [UInt8]
        fileprivate let deadline: ContinuousClock.Instant
        fileprivate let state = Locked(State.open)

        fileprivate init(_ entry: LogEntry, _ body: [UInt8], deadline: ContinuousClock.Instant) {
            self.entry = entry
            self.body = body
            self.deadline = deadline
        }

        fileprivate func resolve(_ folded: Folded?) {
            let continuation: CheckedContinuation<Folded?, Never>? = state.withLock { state in
                defer { if case .done = state {} else { state = .done(folded) } }
                if case .waiting(let continuation) = state { return continuation }
                return nil
            }
            continuation?.resume(returning: folded)
        }
    }

    private let tickets = Locked<[String: Ticket]>([:])
    private let isClosed = Locked(false)

    /// - Parameter body: what the entry is published as.
    func expect(_ entry: LogEntry, _ body: [UInt8], within timeout: Duration) -> Ticket {
        let ticket = Ticket(entry, body, deadline: .now + timeout)
        tickets.withLock { $0[entry.id] = ticket }
        if isClosed.withLock({ $0 }) { forget(ticket) }
        return ticket
    }

    /// The entry that somebody waits for and that has come as these bytes: it need not be decoded.
    func entry(_ id: String, as body: [UInt8]) -> LogEntry? {
        guard let ticket = tickets.withLock({ $0[id] }), ticket.body == body else { return nil }
        assert((try? LogEntry.decode(body)) == ticket.entry)
        return ticket.entry
    }

    /// Lets go of all, also of those who come later: the log is not read any more.
    func close() {
        isClosed.withLock { $0 = true }
        let left = tickets.withLock { tickets in
            defer { tickets = [:] }
            return tickets.values
        }
        for ticket in left { ticket.resolve(nil) }
    }

    /// - Returns: nil when the deadline passed.
    func outcome(of ticket: Ticket) async -> Folded? {
        await withCheckedContinuation { continuation in
            let early: Folded?? = ticket.state.withLock { state in
                if case .done(let folded) = state { return .some(folded) }
                state = .waiting(continuation)
                return .none
            }
            if case .some(let folded) = early { continuation.resume(returning: folded) }
        }
    }

    func forget(_ ticket: Ticket) {
        tickets.withLock { $0[ticket.entry.id] = nil }
        ticket.resolve(nil)
    }

    func resolve(_ results: [Folded]) {
        let found = tickets.withLock { tickets in
            tickets.isEmpty
                ? [] : results.compactMap { result in tickets.removeValue(forKey: result.id).map { ($0, result) } }
        }
        for (ticket, result) in found { ticket.resolve(result) }
    }

    /// Lets go of those whose deadline has passed.
    func expire(now: ContinuousClock.Instant = .now) {
        let late = tickets.withLock { tickets in
            let late = tickets.values.filter { $0.deadline <= now }
            for ticket in late { tickets[ticket.entry.id] = nil }
            return late
        }
        for ticket in late { ticket.resolve(nil) }
    }
}
