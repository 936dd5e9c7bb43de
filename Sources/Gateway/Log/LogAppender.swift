import AMQP
import Core
import CoreMetrics
import Program
import Threads

/// Appends entries to the log and says what they meant there.
final class LogAppender: Sendable {
    private let connection: AMQPConnection
    private let names: QueueNames
    private let signingKeys: SigningKeys?
    let waiters = LogWaiters()
    /// The log's id as far as it is known; a fresh one names a log that has no entry yet.
    private let log = Locked<Nonce>(.random())
    private let name = "gateway \(ProcessName.of(.random()))"

    private let confirmTime: any TimerHandler

    /// - Parameters:
    ///   - signingKeys: what submissions are signed with; nil: not at all.
    ///   - confirmTime: takes how long the broker needed to confirm.
    init(
        connection: AMQPConnection, names: QueueNames, signingKeys: SigningKeys?, confirmTime: any TimerHandler
    ) {
        self.connection = connection
        self.signingKeys = signingKeys
        self.confirmTime = confirmTime
        self.names = names
    }

    func noteLog(_ id: Nonce) { log.withLock { $0 = id } }

    /// Appends an event and waits until this gateway has read and flushed it.
    /// - Throws: `LogUnavailable` when the broker did not confirm or return it in time; the event may still come.
    func append(_ event: Event, within timeout: Duration) async throws(LogUnavailable) -> Folded {
        let entry = makeEntry(event)
        let message = try Self.message(entry)
        let start = ContinuousClock.now
        let ticket = waiters.expect(entry, message.body, within: timeout)
        do throws(LogUnavailable) {
            try await publish(message, within: timeout)
        } catch {
            waiters.forget(ticket)
            throw error
        }
        guard let folded = await waiters.outcome(of: ticket) else {
            throw LogUnavailable(
                reason: "the log did not come back within \(ContinuousClock.now - start)", isWritten: true)
        }
        return folded
    }

    /// Appends an event whose meaning nobody waits for.
    func append(only event: Event, within timeout: Duration) async throws(LogUnavailable) {
        try await publish(Self.message(makeEntry(event)), within: timeout)
    }

    private func makeEntry(_ event: Event) -> LogEntry {
        LogEntry(
            id: Nonce.random().text, log: log.withLock { $0 },
            writtenAt: Timestamps.now(), event: signed(event), by: name)
    }

    /// Whether a submission may be made anew from its record: where jobs are signed, only what one of the gateways has accepted,
    /// or who can write the log could have a job signed.
    func mayRepeat(_ submission: Submission) -> Bool {
        signingKeys?.verify(submission.signature, submission.id, submission.request) ?? true
    }

    private func signed(_ event: Event) -> Event {
        guard let signingKeys, case .submitted(let id, let request, var acceptance) = event else { return event }
        acceptance.signature = try? signingKeys.sign(id, request)
        return .submitted(id, request, acceptance)
    }

    private static func message(_ entry: LogEntry) throws(LogUnavailable) -> AMQPMessage {
        do { return try AMQPMessage(entry) } catch { throw LogUnavailable(reason: "\(error)") }
    }

    private func publish(_ message: AMQPMessage, within timeout: Duration) async throws(LogUnavailable) {
        let began = ContinuousClock.now
        do {
            defer { confirmTime.recordNanoseconds(Int64(began.duration(to: .now) / .nanoseconds(1))) }
            try await connection.publish(message, routingKey: names.results, timeout: timeout)
        } catch {
            throw LogUnavailable(reason: "\(error)")
        }
    }
}

/// The log cannot be written or read right now; the client is to send the same request again.
struct LogUnavailable: Error, CustomStringConvertible {
    let reason: String
    /// The broker has confirmed the entry, and it was not read back.
    var isWritten = false
    var description: String { "the broker cannot confirm right now: \(reason)" }
}
