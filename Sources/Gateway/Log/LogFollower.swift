import AMQP
import Core
import Foundation
import Logging
import ServiceLifecycle
import Threads

/// Reads the log into the cache: one reader, one transaction and one flush for all that has come meanwhile.
///
/// It goes on where the cache stopped, begins a few entries before that place and compares message ids. When they are
/// not the ones that it remembers, the broker has another log or a shorter one: it reads that from its beginning and
/// appends again what only its cache knows.
final class LogFollower: Service {
    /// What came, read as far as that needs no record.
    private enum Arrived: Sendable {
        case registered
        case interrupted(reason: String)
        case delivery(Delivery, LogArrival)
    }
    private struct Inbox: Sendable {
        var events: [Arrived] = []
        /// The log ends before the place that was asked for.
        var endedTooEarly = false
        var ended = false
    }
    private struct Subscription: Sendable {
        var consumer: Consumer?
        var stopping = false
    }
    private struct Arrivals: Sendable {
        /// Counts the subscriptions.
        var subscription = 0
        /// How many entries came in since the stream was subscribed to.
        var count = 0
        var lastAt = ContinuousClock.now
    }
    /// What the reading loop knows.
    private struct Reading {
        var position: CachePosition
        /// Entries that must come again, exactly these, before new ones do.
        var verifying: [CachePosition.Landmark] = []
        /// What was to be read next is gone, and later entries are there.
        var isTruncated = false
    }

    private let connection: AMQPConnection
    private let publishing: AMQPConnection
    private let names: QueueNames
    private let cache: Cache
    private let appender: LogAppender
    private let freshness: Freshness
    private let folds: Broadcast
    private let feed: ChangeFeed
    private let figures: JobFigures
    private let deletedKept: Int
    private let logger: Logger
    private let subscription = Locked(Subscription())
    private let failure = Locked<CacheFailure?>(nil)
    private let resumeAt = Locked(StreamOffset.first)
    private let arrivals = Locked(Arrivals())
    private static let prefetch: UInt16 = 500
    /// How long nothing may come before it is asked why.
    private static let leastQuiet: Duration = .seconds(10)
    private static let mostQuiet: Duration = .seconds(60)

    /// - Parameter deletedKept: for how many seconds every gateway knows at least which jobs were deleted.
    init(
        connection: AMQPConnection, publishing: AMQPConnection, names: QueueNames, cache: Cache, appender: LogAppender,
        freshness: Freshness, folds: Broadcast, feed: ChangeFeed, figures: JobFigures, deletedKept: Int,
        logger: Logger
    ) {
        self.connection = connection
        self.publishing = publishing
        self.names = names
        self.cache = cache
        self.appender = appender
        self.freshness = freshness
        self.folds = folds
        self.feed = feed
        self.figures = figures
        self.deletedKept = deletedKept
        self.logger = logger
    }

    func run() async throws {
        if try await cache.holdsEntriesToRead() {
            logger.notice("the log has entries that a version before this one could not read: reading it anew")
            try await cache.beginRebuild()
        }
        var reading = Reading(position: try await cache.position())
        if let log = reading.position.log { appender.noteLog(log) }
        aim(at: reading.position)
        beginFeed(reading.position)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { [appender, freshness] in
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .milliseconds(250))
                        appender.waiters.expire()
                        freshness.expire()
                    }
                }
                while await self.readOneSubscription(&reading) {}
                // A request that waited on would keep the server from ending.
                appender.waiters.close()
                freshness.lost()
                freshness.expire(now: .now + .seconds(3600))
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.subscription.withLock { subscription in
                subscription.stopping = true
                subscription.consumer?.cancel()
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Reads until the subscription ends.
    /// - Returns: true when the log must be read anew from its beginning.
    private func readOneSubscription(_ reading: inout Reading) async -> Bool {
        var options = ConsumerOptions(queue: names.results, prefetch: Self.prefetch)
        options.streamOffset = { [resumeAt] in resumeAt.withLock { $0 } }
        let consumer = connection.consume(options)
        let isStopping = subscription.withLock { subscription in
            subscription.consumer = consumer
            return subscription.stopping
        }
        if isStopping { consumer.cancel() }
        let inbox = Locked(Inbox())
        let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        var mustStartOver = false
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Here, so that the next entries are decoded while those before are written.
                for await event in consumer {
                    guard let arrived = self.read(event) else { continue }
                    inbox.withLock { $0.events.append(arrived) }
                    self.freshness.received()
                    ring.yield()
                }
                inbox.withLock { $0.ended = true }
                ring.yield()
            }
            group.addTask { await self.keepFlowing() }
            for await _ in bell {
                let taken = inbox.withLock { inbox in
                    defer { inbox.events.removeAll(keepingCapacity: true) }
                    return inbox
                }
                defer { freshness.folded(taken.events.count) }
                do {
                    let isKnown = try await take(taken.events, &reading, &group) {
                        inbox.withLock { $0.endedTooEarly = true }
                        ring.yield()
                    }
                    mustStartOver = taken.endedTooEarly || !isKnown
                    if mustStartOver { try await forgetTheLog(&reading) }
                } catch {
                    failure.withLock {
                        $0 = CacheFailure(
                            description: "the cache cannot be written; check the disk of STATE_DIR: \(error)")
                    }
                    break
                }
                if mustStartOver || taken.ended { break }
            }
            consumer.cancel()
            group.cancelAll()
        }
        return mustStartOver
    }

    /// Folds what has come.
    /// - Parameter endsTooEarly: called when the log turns out to end before the place that was asked for.
    /// - Returns: false when the log is not the one that this cache knows.
    private func take(
        _ events: [Arrived], _ reading: inout Reading, _ checks: inout DiscardingTaskGroup,
        endsTooEarly: @escaping @Sendable () -> Void
    ) async throws -> Bool {
        var arrivals: [LogArrival] = []
        var last: Delivery?
        for event in events {
            switch event {
            case .registered:
                reading.verifying = resumeAt.withLock { $0 } == .first ? [] : reading.position.landmarks
                let subscription = self.arrivals.withLock { arrivals in
                    arrivals = Arrivals(subscription: arrivals.subscription + 1)
                    return arrivals.subscription
                }
                logger.debug("reading the log", metadata: ["after": "\(reading.position.lastOffset ?? -1)"])
                checks.addTask { [self] in await confirmPlace(subscription, endsTooEarly) }
            case .interrupted(let reason):
                freshness.interrupted()
                logger.info("reading of the log was interrupted", metadata: ["reason": "\(reason)"])
            case .delivery(let delivery, let arrival):
                let (offset, id) = (arrival.offset, arrival.id)
                self.arrivals.withLock { arrivals in
                    arrivals.count += 1
                    arrivals.lastAt = .now
                }
                if let expected = reading.verifying.first, offset < expected.offset {
                    // Seen already, before the stream was subscribed to anew.
                } else if let expected = reading.verifying.first {
                    guard expected.offset == offset, expected.id == id else {
                        delivery.acknowledge(multiple: true)
                        reading.isTruncated = offset > expected.offset
                        return false
                    }
                    reading.verifying.removeFirst()
                } else if offset > reading.position.lastOffset ?? -1 {
                    arrivals.append(arrival)
                    reading.position.lastOffset = offset
                }
                last = delivery
            }
        }
        if !arrivals.isEmpty {
            let neededBase = reading.position.needsBase
            let (results, position) = try await cache.fold(arrivals)
            reading.position = position
            if neededBase, !position.needsBase {
                logger.notice("a checkpoint was read; the log's beginning is not needed any more")
                let subscription = self.arrivals.withLock { $0.subscription }
                checks.addTask { [self] in await confirmPlace(subscription, endsTooEarly) }
            }
            aim(at: position)
            if let log = position.log { appender.noteLog(log) }
            appender.waiters.resolve(results)
            if freshness.isReady { figures.note(arrivals, results) }
            if neededBase { beginFeed(position) } else if let log = position.log { feed.note(results, of: log) }
            folds.ring()
        }
        last?.acknowledge(multiple: true)
        return true
    }

    private func read(_ event: ConsumerEvent) -> Arrived? {
        switch event {
        case .registered: return .registered
        case .interrupted(let reason): return .interrupted(reason: "\(reason)")
        case .delivery(let delivery):
            guard let offset = delivery.streamOffset else { return nil }
            let message = delivery.message
            return .delivery(
                delivery,
                LogArrival(
                    offset: offset, id: message.messageID ?? "", body: message.body, content: read(message, offset)))
        }
    }

    private func read(_ message: AMQPMessage, _ offset: LogOffset) -> LogArrival.Content {
        // Most of a long log, and all of it known.
        if message.type == LogEntry.snapshotKind, !cache.needsSnapshots { return .snapshotNotNeeded }
        if let id = message.messageID, let own = appender.waiters.entry(id, as: message.body) { return .entry(own) }
        do {
            return try LogEntry.decode(message.body).map(LogArrival.Content.entry) ?? .unknown
        } catch {
            logger.error(
                "a message in the log is not an entry; it is kept and passed over",
                metadata: ["offset": "\(offset)", "type": "\(message.type ?? "")", "error": "\(error)"])
            return .unknown
        }
    }

    private func beginFeed(_ position: CachePosition) {
        guard let log = position.log, let offset = position.lastOffset else { return feed.begin(at: nil) }
        feed.begin(at: LogPlace(log: log, offset: offset))
    }

    private func aim(at position: CachePosition) {
        resumeAt.withLock { $0 = position.landmarks.first.map { .offset($0.offset) } ?? .first }
    }

    /// Writes a marker and waits for it. When the broker confirms it and nothing at all arrives, also when asked anew, we
    /// asked for a place past the log's end: the log is shorter than the one we knew.
    private func confirmPlace(_ number: Int, _ endsTooEarly: @Sendable () -> Void) async {
        var unread = 0
        while !Task.isCancelled, arrivals.withLock({ $0.subscription }) == number {
            let proof = await freshness.verify()
            if proof == .read { return await restoreWhatWasLost() }
            guard proof == .notRead, arrivals.withLock({ $0.count }) == 0, case .connected = connection.state else {
                // The broker may refuse it at once.
                try? await Task.sleep(for: .milliseconds(500))
                continue
            }
            unread += 1
            if unread > 1, resumeAt.withLock({ $0 }) != .first {
                logger.warning("the log ends before the place where reading was to go on")
                return endsTooEarly()
            }
            subscribeAnew()
        }
    }

    /// A broker may forget one reader on a connection that is well: seen with RabbitMQ 3.10, when one of its three nodes
    /// was killed. All that tells is that what is written does not come back; so when it is quiet for long, a marker is.
    private func keepFlowing() async {
        var patience = Self.leastQuiet
        var expected: Int?
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            let now = arrivals.withLock { $0 }
            // Others write: nobody need wait long to see whether it goes on.
            if now.count != expected { patience = Self.leastQuiet }
            guard now.lastAt.duration(to: .now) >= patience, freshness.isReady, freshness.isConnected else { continue }
            switch await freshness.verify() {
            case .read:
                patience = min(patience * 2, Self.mostQuiet)
                expected = now.count + 1
            case .notRead: subscribeAnew()
            case .notWritten: continue
            }
        }
    }

    private func subscribeAnew() {
        logger.warning("the broker confirms what is written to the log and does not send it: subscribing anew")
        subscription.withLock { $0.consumer }?.subscribeAnew()
    }

    private func forgetTheLog(_ reading: inout Reading) async throws {
        logger.warning("the broker's log is not the one that this cache knows; reading it from its beginning")
        freshness.lost()
        feed.begin(at: nil)
        try await cache.beginRebuild(isTruncated: reading.isTruncated)
        reading = Reading(position: try await cache.position())
        resumeAt.withLock { $0 = .first }
    }

    /// Asks the dispatcher for a checkpoint, because the log's beginning is gone, until one has been read.
    private func askForCheckpoint() async throws {
        logger.warning("the log's beginning is gone; waiting for a checkpoint of a gateway that has read it")
        while try await cache.position().needsBase, !Task.isCancelled {
            var message = AMQPMessage(body: Array("{}".utf8))
            message.type = Leadership.checkpointWanted
            message.expiration = .seconds(30)
            try? await publishing.publish(message, routingKey: names.dead, timeout: .seconds(10))
            try await Task.sleep(for: .seconds(5))
        }
    }

    /// Whether the other gateways still know all jobs that were deleted since a time in seconds since 1970.
    private func tombstonesOutlive(_ time: Int) -> Bool {
        abs(Int(Date.now.timeIntervalSince1970) - time) < deletedKept
    }

    /// After the log was lost or replaced: appends what only this cache knows, before anything else is answered.
    private func restoreWhatWasLost() async {
        do {
            let position = try await cache.position()
            if position.needsBase { return try await askForCheckpoint() }
            guard position.rebuilding else { return freshness.ready() }
            if let log = position.log, log == position.truncatedLog {
                // A checkpoint has all that was read before, but for what has been deleted and forgotten since.
                try await cache.finishRebuild()
                return freshness.ready()
            }
            let isOld = position.knownUntil > 0 && !tombstonesOutlive(position.knownUntil)
            var after: JobKey?
            var count = 0
            repeat {
                let (lost, last) = try await cache.lostRecords(after: after, limit: 200)
                try await withThrowingDiscardingTaskGroup { group in
                    for var record in lost {
                        if isOld, record.current?.needsWorker == true {
                            logger.error(
                                "a job that waited is left out: this cache is so old that it may have been deleted; if it was not, submit it again",
                                metadata: ["jid": "\(record.key.job)"])
                            record.current = nil
                        }
                        guard record.current != nil || record.deletedGeneration > 0 || !record.leftovers.isEmpty else {
                            continue
                        }
                        group.addTask { [appender] in
                            _ = try await appender.append(.restored(record), within: .seconds(30))
                        }
                    }
                }
                count += lost.count
                after = last
            } while after != nil
            try await cache.finishRebuild()
            logger.warning("records that the log had lost were appended again", metadata: ["records": "\(count)"])
            freshness.ready()
        } catch {
            logger.error("could not append again what the log had lost; trying again", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: .seconds(2))
            if !Task.isCancelled { await restoreWhatWasLost() }
        }
    }
}
