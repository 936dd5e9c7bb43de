import AMQP
import Core
import Threads

/// One job whose output somebody listens to: one stream from its engine, however many listeners.
final class FollowedJob: Sendable {
    private struct State: Sendable {
        var following = Following()
        var listeners: [Int: ListenerBuffer] = [:]
        var next = 0
        /// When the log was last looked at.
        var lookedAt: ContinuousClock.Instant?
        var view = Following.View.waiting("")
    }

    let submission: SubmissionID
    private let cache: Cache
    private let connection: AMQPConnection
    private let names: QueueNames
    /// Where this gateway hears of its streams.
    private let queue: String
    private let state = Locked(State())
    private static let tick: Duration = .milliseconds(250)
    /// How often the log is looked at while it says nothing new.
    private static let looking: Duration = .seconds(2)

    init(
        submission: SubmissionID, cache: Cache, connection: AMQPConnection, names: QueueNames, queue: String
    ) {
        self.submission = submission
        self.cache = cache
        self.connection = connection
        self.names = names
        self.queue = queue
    }

    var isOver: Bool { state.withLock { $0.following.isOver } }

    // MARK: Listeners

    /// A new listener is given what is known, from the beginning of a line.
    /// - Returns: nil when everything has been told already.
    func add(_ buffer: ListenerBuffer) -> Int? {
        state.withLock { state in
            guard !state.following.isOver else { return nil }
            var known = state.following.known[...]
            if !state.following.isWhole, let newline = known.firstIndex(of: 10) { known = known[(newline + 1)...] }
            if !known.isEmpty { buffer.output(String(decoding: known, as: UTF8.self)) }
            if let reason = state.following.reason, !reason.isEmpty { buffer.waiting(reason) }
            state.next += 1
            state.listeners[state.next] = buffer
            return state.next
        }
    }

    /// - Returns: whether nobody listens any more.
    func remove(_ number: Int) -> Bool {
        state.withLock { state in
            state.listeners[number] = nil
            return state.listeners.isEmpty
        }
    }

    // MARK: Following

    /// Follows until the job has ended or nobody listens any more.
    func run(_ folds: Broadcast) async {
        await withDiscardingTaskGroup { group in
            let changed = Locked(true)
            let ring = folds.listen()
            group.addTask { for await _ in ring { changed.withLock { $0 = true } } }
            while !isOver, !Task.isCancelled {
                let mustLook = changed.withLock { changed in
                    defer { changed = false }
                    return changed
                }
                await look(anew: mustLook)
                guard !isOver else { break }
                try? await Task.sleep(for: Self.tick)
            }
            group.cancelAll()
        }
    }

    /// Nobody listens any more.
    func leave() { act { following, _ in following.leave() } }

    func owns(_ update: FollowUpdate) -> Bool { state.withLock { $0.following.stream == update.stream } }

    func take(_ update: FollowUpdate) { act { following, now in following.take(update, now: now) } }

    private func look(anew: Bool) async {
        let now = ContinuousClock.now
        let isOld = state.withLock { state in state.lookedAt.map { now - $0 >= Self.looking } ?? true }
        if anew || isOld, let record = try? await cache.record(submission.key) {
            let view = Self.view(record.current, of: submission)
            state.withLock { state in
                state.view = view
                state.lookedAt = now
            }
        }
        guard state.withLock({ $0.lookedAt }) != nil else { return }
        let view = state.withLock { $0.view }
        act { following, now in following.look(view, now: now) }
    }

    private static func view(_ current: Submission?, of submission: SubmissionID) -> Following.View {
        guard let current, current.id == submission else { return .gone }
        if current.isFinal, let report = current.report { return .ended(report.status, logs: report.logs ?? "") }
        guard let placement = current.placement, current.report?.status == .started else {
            return .waiting("the job has not started")
        }
        return .running(placement)
    }

    private func act(_ change: (inout Following, ContinuousClock.Instant) -> [Following.Action]) {
        // Under the lock, so that all listeners hear the same in the same order.
        let messages = state.withLock { state in
            let actions = change(&state.following, .now)
            for action in actions {
                for listener in state.listeners.values { action.tell(listener) }
            }
            return actions
        }
        for action in messages { send(action) }
    }

    private func send(_ action: Following.Action) {
        switch action {
        case .ask(let stream, let placement):
            send(
                FollowRequest(stream: stream, submission: submission, object: placement.object), FollowRequest.kind,
                stream, to: names.live(placement.engine), "no worker of the job's engine is connected")
        case .renew(let stream, let worker, let received):
            send(
                FollowRenewal(stream: stream, received: received), FollowRenewal.kind, stream, to: worker,
                "the worker that sent the output is gone")
        case .stop(let stream, let worker):
            guard let message = message(FollowRenewal(stream: stream, received: 0, stop: true), FollowRenewal.kind)
            else { return }
            connection.send(message, routingKey: worker)
        case .output, .dropped, .waiting, .end: break
        }
    }

    private func send(_ body: some Encodable, _ kind: String, _ stream: Nonce, to queue: String, _ failure: String) {
        guard let message = message(body, kind) else { return }
        Task {
            do throws(PublishError) {
                try await connection.publish(message, routingKey: queue, timeout: .seconds(3))
            } catch {
                let why = if case .returned = error { failure } else { "\(error)" }
                act { following, now in following.unroutable(stream, why, now: now) }
            }
        }
    }

    private func message(_ body: some Encodable, _ kind: String) -> AMQPMessage? {
        guard let bytes = try? JSONMessage.encode(body) else { return nil }
        var message = AMQPMessage(body: bytes)
        message.type = kind
        message.correlationID = submission.key.job.text
        message.replyTo = queue
        message.persistent = false
        message.expiration = .seconds(5)
        return message
    }
}

extension Following.Action {
    fileprivate func tell(_ listener: ListenerBuffer) {
        switch self {
        case .output(let text): listener.output(text)
        case .dropped(let count): listener.dropped(count)
        case .waiting(let reason): listener.waiting(reason)
        case .end(let word): listener.end(word)
        case .ask, .renew, .stop: break
        }
    }
}
