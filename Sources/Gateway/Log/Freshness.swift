import Core
import Threads

/// Knows how fresh this gateway's cache is: by markers that it appends and reads back.
///
/// One marker at a time serves all who wait, and none is sent while nobody asks.
final class Freshness: Sendable {
    private struct Waiter: Sendable {
        let sentAfter: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Bool, Never>
    }
    private struct State: Sendable {
        /// When the newest marker that has come back was sent.
        var provenAt: ContinuousClock.Instant?
        /// When the marker that is under way was sent.
        var underWaySince: ContinuousClock.Instant?
        var waiters: [Waiter] = []
        /// Caught up with the log, and what it had lost is in it again.
        var ready = false
        /// Ready, and the subscription has not been interrupted since.
        var connected = false
        /// Entries that came and are not folded yet.
        var pending = 0
        var interruptedAt: ContinuousClock.Instant? = .now
    }

    /// How far the cache is behind the log.
    struct Lag: Sendable {
        var events = 0
        var seconds = 0.0
    }

    private let appender: LogAppender
    private let state = Locked(State())
    private static let patience: Duration = .seconds(5)
    /// A marker that takes longer than this is no reason to keep a reader of a known job waiting.
    private static let slow: Duration = .seconds(1)

    init(appender: LogAppender) { self.appender = appender }

    /// Whether everything may be answered.
    var isReady: Bool { state.withLock { $0.ready } }
    /// Whether the log is being read right now.
    var isConnected: Bool { state.withLock { $0.connected } }

    /// Nothing when reading goes on as it should: then the newest marker tells nothing but when somebody last asked.
    var lag: Lag {
        let now = ContinuousClock.now
        return state.withLock { state in
            let since = state.connected ? state.underWaySince : state.interruptedAt
            return Lag(events: state.pending, seconds: since.map { ($0.duration(to: now)) / .seconds(1) } ?? 0)
        }
    }

    func received() { state.withLock { $0.pending += 1 } }
    func folded(_ count: Int) { state.withLock { $0.pending = max(0, $0.pending - count) } }

    func interrupted() {
        state.withLock { state in
            state.connected = false
            state.pending = 0
            if state.interruptedAt == nil { state.interruptedAt = .now }
        }
    }

    /// The cache is being filled anew; nothing can be answered from it.
    func lost() {
        state.withLock { state in
            state.ready = false
            state.connected = false
            state.provenAt = nil
            if state.interruptedAt == nil { state.interruptedAt = .now }
        }
    }

    func ready() {
        state.withLock { state in
            state.ready = true
            state.connected = true
            state.interruptedAt = nil
        }
    }

    /// What became of a marker.
    enum Proof: Sendable {
        case read
        /// The broker has it, and does not send it.
        case notRead
        case notWritten
    }

    /// Appends a marker of its own and waits for it.
    func verify() async -> Proof {
        let sent = ContinuousClock.now
        do throws(LogUnavailable) {
            _ = try await appender.append(.marker, within: Self.patience)
        } catch {
            return error.isWritten ? .notRead : .notWritten
        }
        prove(sent)
        return .read
    }

    /// Waits until a marker that was sent after `instant` has come back.
    /// - Parameter patient: false gives up at once when the log is known to be slow or away.
    /// - Returns: false when that cannot be had in time.
    func wait(sentAfter instant: ContinuousClock.Instant, patient: Bool) async -> Bool {
        if state.withLock({ state in state.ready && state.provenAt.map { $0 >= instant } ?? false }) { return true }
        let now = ContinuousClock.now
        enum Plan { case answer(Bool), wait(start: Bool) }
        return await withCheckedContinuation { continuation in
            let plan: Plan = state.withLock { state in
                if let proven = state.provenAt, proven >= instant, state.ready { return .answer(true) }
                guard state.ready else { return .answer(false) }
                if !patient {
                    if !state.connected { return .answer(false) }
                    if let since = state.underWaySince, now - since > Self.slow { return .answer(false) }
                }
                let limit = patient ? Self.patience : Self.slow
                state.waiters.append(
                    Waiter(sentAfter: instant, deadline: now + limit, continuation: continuation))
                defer { if state.underWaySince == nil { state.underWaySince = now } }
                return .wait(start: state.underWaySince == nil)
            }
            switch plan {
            case .answer(let answer): continuation.resume(returning: answer)
            case .wait(let start): if start { Task { await self.sendMarkers() } }
            }
        }
    }

    /// Lets go of those who have waited long enough; called a few times a second.
    func expire(now: ContinuousClock.Instant = .now) {
        let late = state.withLock { state in
            let late = state.waiters.filter { $0.deadline <= now }
            if !late.isEmpty { state.waiters.removeAll { $0.deadline <= now } }
            return late
        }
        for waiter in late { waiter.continuation.resume(returning: false) }
    }

    private func sendMarkers() async {
        while true {
            let sent = ContinuousClock.now
            state.withLock { $0.underWaySince = sent }
            let came = (try? await appender.append(.marker, within: Self.patience)) != nil
            if came { prove(sent) }
            let (abandoned, finished) = state.withLock { state -> ([Waiter], Bool) in
                let abandoned = came ? [] : state.waiters
                if !came { state.waiters = [] }
                if state.waiters.isEmpty { state.underWaySince = nil }
                return (abandoned, state.waiters.isEmpty)
            }
            for waiter in abandoned { waiter.continuation.resume(returning: false) }
            if finished { return }
        }
    }

    private func prove(_ sent: ContinuousClock.Instant) {
        let served = state.withLock { state in
            state.provenAt = max(sent, state.provenAt ?? sent)
            let served = state.waiters.filter { $0.sentAfter <= sent }
            if !served.isEmpty { state.waiters.removeAll { $0.sentAfter <= sent } }
            return served
        }
        for waiter in served { waiter.continuation.resume(returning: true) }
    }
}
