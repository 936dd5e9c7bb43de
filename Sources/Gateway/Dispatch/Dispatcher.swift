import AMQP
import Core
import Logging
import ServiceLifecycle
import Threads

/// Turns the log into commands, on the one gateway that leads.
///
/// What it publishes twice does no harm, so it needs no memory but the log's own `dispatched` entries.
final class Dispatcher: Service {
    private let leadership: Leadership
    private let cache: Cache
    private let appender: LogAppender
    private let commands: CommandPublisher
    private let freshness: Freshness
    private let workers: Workers
    private let folds: AsyncStream<Void>
    private let logger: Logger
    /// As far as this process knows.
    private let progress = Locked(DispatchProgress())
    /// When a command about an object was sent last.
    private let sent = Locked<[EngineWork: ContinuousClock.Instant]>([:])
    private let emptySince = Locked<[Backend: ContinuousClock.Instant]>([:])
    /// How many run commands are on their way at once: what a killed dispatcher may have published twice.
    static let window = 200
    private static let resend: Duration = .seconds(30)
    private static let checkInterval: Duration = .seconds(60)
    /// How long an allowed start may stay unheard of before the engine's active worker is told to take over.
    private static let startGrace: Duration = .seconds(10)

    init(
        leadership: Leadership, cache: Cache, appender: LogAppender, commands: CommandPublisher, freshness: Freshness,
        workers: Workers, folds: Broadcast, logger: Logger
    ) {
        self.leadership = leadership
        self.cache = cache
        self.appender = appender
        self.commands = commands
        self.freshness = freshness
        self.workers = workers
        self.folds = folds.listen()
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.follow() }
                group.addTask { await self.every(.seconds(1)) { await self.dispatch() } }
                group.addTask { await self.every(.seconds(1)) { await self.catchUpBackends() } }
                group.addTask { await self.every(.seconds(5)) { await self.remind() } }
                group.addTask { await self.every(.seconds(15)) { await self.refillEmptyQueues() } }
                group.addTask {
                    for await engine in self.workers.newcomers { await self.catchUp(engine) }
                }
            }
        }
    }

    private var mayWork: Bool { leadership.leads && freshness.isReady && freshness.isConnected }

    private func every(_ interval: Duration, _ work: () async -> Void) async {
        while !Task.isCancelled {
            await work()
            try? await Task.sleep(for: interval)
        }
    }

    private func follow() async {
        for await _ in folds { await dispatch() }
    }

    private enum Turn {
        case idle, busy
        /// Somebody wanted one meanwhile.
        case wantedAgain
    }
    private let turn = Locked(Turn.idle)

    private func dispatch() async {
        let mine = turn.withLock { turn in
            defer { turn = turn == .idle ? .busy : .wantedAgain }
            return turn == .idle
        }
        guard mine else { return }
        var isDone = false
        while !isDone {
            await dispatchOnce()
            isDone = turn.withLock { turn in
                turn = turn == .wantedAgain ? .busy : .idle
                return turn == .idle
            }
        }
    }

    /// Publishes a run command for each submission that needs one, in log order, a window at a time.
    private func dispatchOnce() async {
        guard mayWork else {
            // Whoever leads next goes by what the log says, this gateway too.
            if !leadership.leads { progress.withLock { $0 = DispatchProgress() } }
            return
        }
        do {
            while mayWork, !Task.isCancelled {
                // In this order: where the log is read anew in between, the mark is of the reading before and does not count.
                let reading = cache.reading
                let position = try await cache.position()
                let after = progress.withLock { $0.resume(reading: reading, dispatched: position.dispatched) }
                let batch = try await cache.unplaced(after: after, limit: Self.window)
                guard let last = batch.last else { break }
                let failed = await publish(progress.withLock { $0.inTurn(batch) })
                progress.withLock { $0.advance(to: last.submittedAt, except: failed, reading: reading) }
                try await tellProgress(beyond: position)
                if batch.count < Self.window { break }
            }
            try await sendRemovals(limit: 500)
        } catch {
            logger.warning("commands could not be published; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Tells the log how far it is dispatched, for the gateway that leads next.
    private func tellProgress(beyond position: CachePosition) async throws {
        let settled = progress.withLock { $0.settled }
        guard settled > position.dispatched else { return }
        try await appender.append(only: .dispatched(upTo: settled), within: .seconds(10))
    }

    /// Publishes run commands, those of each backend for themselves.
    /// - Returns: of each backend, the first that the broker has not confirmed.
    private func publish(_ submissions: [Submission]) async -> [Backend: LogOffset] {
        await withTaskGroup(of: (Backend, LogOffset?).self) { group in
            for (backend, submissions) in Dictionary(grouping: submissions, by: \.id.key.backend) {
                group.addTask { (backend, await self.publish(submissions, of: backend)) }
            }
            return await group.reduce(into: [:]) { failed, result in failed[result.0] = result.1 }
        }
    }

    /// - Returns: the first that the broker has not confirmed.
    private func publish(_ submissions: [Submission], of backend: Backend) async -> LogOffset? {
        let failed: (LogOffset, any Error)? = await withTaskGroup(of: (LogOffset, any Error)?.self) { group in
            do { try await commands.declareQueues(of: backend) } catch {
                return submissions.first.map { ($0.submittedAt, error) }
            }
            for submission in submissions {
                group.addTask { [commands] in
                    do {
                        try await commands.run(submission)
                        return nil
                    } catch {
                        return (submission.submittedAt, error)
                    }
                }
            }
            return await group.compactMap(\.self).min { $0.0 < $1.0 }
        }
        guard let (first, error) = failed else { return nil }
        logger.warning(
            "a backend's commands could not be published; trying again",
            metadata: ["queue": "\(commands.names.run(backend))", "error": "\(error)"])
        // Where the queue is gone, all that was in it is gone.
        if case .returned? = error as? PublishError { return 0 }
        return first
    }

    /// Publishes what backends are behind with, each for itself.
    private func catchUpBackends() async {
        await withDiscardingTaskGroup { group in
            for backend in progress.withLock({ $0.behind }) { group.addTask { await self.catchUp(backend) } }
        }
    }

    private func catchUp(_ backend: Backend) async {
        do {
            // One at first: the queue may still take nothing.
            var limit = 1
            while mayWork, !Task.isCancelled {
                let reading = cache.reading
                guard let from = progress.withLock({ $0.catchUp(backend) }) else { return }
                let batch = try await cache.unplaced(of: backend, after: from - 1, limit: limit)
                guard let last = batch.last else {
                    progress.withLock { $0.caughtUp(backend) }
                    return try await tellProgress(beyond: cache.position())
                }
                let failed = await publish(batch, of: backend)
                progress.withLock {
                    $0.catchUp(backend, to: failed.map { $0 - 1 } ?? last.submittedAt, reading: reading)
                }
                guard failed == nil else { return }
                limit = Self.window
            }
        } catch {
            logger.warning(
                "a backend that is behind could not be caught up with; trying again",
                metadata: ["backend": "\(backend.rawValue)", "error": "\(error)"])
        }
    }

    /// - Parameter limit: how many of each engine are looked at.
    private func sendRemovals(limit: Int) async throws {
        for (engine, work) in due(try await cache.work(.remove, limit: limit), after: Self.resend) {
            await send(.remove, work, to: engine)
        }
    }

    /// Starts that have not been heard of, and statuses that are long in coming.
    private func remind() async {
        guard mayWork else { return }
        do {
            // Also those behind many that an engine does not get done.
            try await sendRemovals(limit: 10_000)
            let starts = try await cache.work(.start, limit: 5_000)
            let overdue = overdueStarts(starts)
            for (engine, work) in due(overdue, after: Self.resend) { await send(.start, work, to: engine) }
            for engine in try await cache.busyEngines() { try await check(engine, after: Self.checkInterval) }
            forgetSettled()
        } catch {
            logger.warning("engines could not be reminded", metadata: ["error": "\(error)"])
        }
    }

    /// An engine has an active worker again: tell it all that waits for it.
    private func catchUp(_ engine: EngineID) async {
        guard mayWork else { return }
        sent.withLock { sent in sent = sent.filter { $0.key.engine != engine } }
        do {
            await send(.remove, try await cache.work(.remove, engine: engine, limit: 5_000), to: engine)
            await send(.start, try await cache.work(.start, engine: engine, limit: 5_000), to: engine)
            try await check(engine, after: .zero)
        } catch {
            logger.warning(
                "an engine could not be told what waits for it", metadata: ["engine": "\(engine)", "error": "\(error)"])
        }
    }

    private func check(_ engine: EngineID, after interval: Duration) async throws {
        let work = due(try await cache.work(.check, engine: engine, limit: 10_000), after: interval)
        for (engine, work) in work { await send(.check, work, to: engine) }
    }

    private func send(_ kind: ControlCommand.Kind, _ work: [EngineWork], to engine: EngineID) async {
        for part in CommandPublisher.parts(of: work) {
            do {
                try await commands.control(kind, part.map(\.subject), to: engine, lifetime: Self.resend * 2)
                let now = ContinuousClock.now
                sent.withLock { sent in for item in part { sent[item] = now } }
            } catch {
                logger.info(
                    "an engine's workers could not be told; trying again later",
                    metadata: ["engine": "\(engine)", "command": "\(kind.rawValue)", "error": "\(error)"])
                return
            }
        }
    }

    /// What was not sent lately, by engine. Work that was never sent is due at once.
    private func due(_ work: [EngineWork], after interval: Duration) -> [EngineID: [EngineWork]] {
        let now = ContinuousClock.now
        let due = sent.withLock { sent in
            work.filter { item in sent[item].map { now - $0 >= interval } ?? true }
        }
        return Dictionary(grouping: due, by: \.engine)
    }

    private let startSeen = Locked<[EngineWork: ContinuousClock.Instant]>([:])

    private func overdueStarts(_ starts: [EngineWork]) -> [EngineWork] {
        let now = ContinuousClock.now
        let present = Set(starts)
        return startSeen.withLock { seen in
            seen = seen.filter { present.contains($0.key) }
            for start in starts where seen[start] == nil { seen[start] = now }
            return starts.filter { seen[$0].map { now - $0 >= Self.startGrace } ?? false }
        }
    }

    /// What would be sent again by now need not be remembered.
    private func forgetSettled() {
        let oldest = ContinuousClock.now - max(Self.resend, Self.checkInterval)
        sent.withLock { sent in sent = sent.filter { $0.value > oldest } }
    }

    /// Publishes the unplaced again when a backend's queues have been empty for a minute although jobs wait: somebody
    /// deleted or purged them.
    private func refillEmptyQueues() async {
        guard mayWork else { return }
        do {
            let backends = Set(try await cache.heads().keys)
            emptySince.withLock { $0 = $0.filter { backends.contains($0.key) } }
            for backend in backends {
                let names =
                    [commands.names.run(backend)] + RetryDelay.allCases.map { commands.names.retry(backend, $0) }
                var ready = 0
                for name in names {
                    ready += try await commands.connection.inspect(queue: name, timeout: .seconds(5))?.ready ?? 0
                }
                let now = ContinuousClock.now
                let since: ContinuousClock.Instant? = emptySince.withLock { empty in
                    if ready > 0 { empty[backend] = nil } else if empty[backend] == nil { empty[backend] = now }
                    return empty[backend]
                }
                guard let since, now - since >= .seconds(60) else { continue }
                logger.warning(
                    "a run queue is empty although jobs wait; publishing them again",
                    metadata: ["queue": "\(commands.names.run(backend))"])
                emptySince.withLock { $0[backend] = nil }
                progress.withLock { $0.fallBehind(backend, from: 0) }
            }
        } catch {
            logger.info("the run queues could not be inspected", metadata: ["error": "\(error)"])
        }
    }
}
