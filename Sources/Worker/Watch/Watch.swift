import Core
import Logging
import Program
import ServiceLifecycle
import Threads

/// Watches the engine while this worker is its active one, and appends each change of a job to the log.
///
/// The engine's events are hints only: what an object is, is always asked. The list is read again now and then, and
/// the dispatcher asks about each object that has no final status; so nothing depends on an event that got lost.
final class Watch: Service {
    private struct State: Sendable {
        /// What was last appended about an object that has not ended.
        var reported: [ObjectID: StatusReport] = [:]
        /// Objects whose end was appended lately, so that a second hint does not append it again.
        var ended: Set<ObjectID> = []
        var submissions: [ObjectID: SubmissionID] = [:]
        /// Objects that changed and that nobody here knows: another worker has placed them.
        var strangers: Set<ObjectID> = []
        /// Being looked at right now; true: look once more afterwards.
        var busy: [ObjectID: Bool] = [:]
        var held = HeldAges()
    }

    private let engine: any Engine
    private let health: EngineHealth
    private let reporter: Reporter
    private let admission: Admission
    private let inFlight: InFlight
    private let activity: Activity
    private let logger: Logger
    private let state = Locked(State())
    /// Held objects that nobody has asked about for long.
    let orphans: AsyncStream<FoundObject>
    private let announceOrphan: AsyncStream<FoundObject>.Continuation
    private static let rememberedEnds = 10_000
    private static let relist: Duration = .seconds(60)
    /// How soon the list is read again for objects that other workers have placed.
    private static let relistForStrangers: Duration = .seconds(1)

    init(
        engine: any Engine, health: EngineHealth, reporter: Reporter, admission: Admission, inFlight: InFlight,
        activity: Activity, logger: Logger
    ) {
        self.engine = engine
        self.health = health
        self.reporter = reporter
        self.admission = admission
        self.inFlight = inFlight
        self.activity = activity
        self.logger = logger
        (orphans, announceOrphan) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_000))
    }

    func run() async throws {
        let changes = activity.changes()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watchWhileActive() }
                group.addTask { for await _ in changes where !self.activity.isActive { self.forgetAll() } }
            }
        }
        announceOrphan.finish()
    }

    private func watchWhileActive() async {
        while !Task.isCancelled {
            guard activity.isActive, health.isReachable else {
                try? await Task.sleep(for: .milliseconds(200))
                continue
            }
            do {
                let session = activity.session
                // The stream first, then the list: nothing falls between them.
                let changes = try await engine.changes()
                try await readList(session)
                try await follow(changes, session)
            } catch {
                if let trouble = error as? EngineTrouble { health.note(trouble) }
                logger.info("watching the engine was interrupted", metadata: ["reason": "\(error)"])
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Whether this worker is still active as it was when the engine was listed. Another may have been meanwhile.
    private func isWatching(_ session: Nonce) -> Bool {
        activity.isActive && activity.session == session && health.isReachable
    }

    private func follow(_ changes: AsyncThrowingStream<ObjectID, any Error>, _ session: Nonce) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingDiscardingTaskGroup { looks in
                    for try await object in changes {
                        guard let submission = self.submission(of: object) else { continue }
                        looks.addTask { await self.refresh(object, submission) }
                    }
                }
            }
            group.addTask {
                while self.isWatching(session) {
                    let listed = ContinuousClock.now
                    while ContinuousClock.now < listed + self.relistInterval, self.isWatching(session) {
                        try await Task.sleep(for: .milliseconds(500))
                    }
                    if self.isWatching(session) { try await self.readList(session) }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Whose an object is that has changed; nil, and remembered, when the next list has to tell.
    private func submission(of object: ObjectID) -> SubmissionID? {
        state.withLock { state in
            if let submission = state.submissions[object] { return submission }
            if state.strangers.count < Self.rememberedEnds { state.strangers.insert(object) }
            return nil
        }
    }

    /// Where every worker takes commands, the active one hears of objects that others have placed.
    private var relistInterval: Duration {
        guard engine.queuesByItself, !state.withLock({ $0.strangers.isEmpty }) else { return Self.relist }
        return Self.relistForStrangers
    }

    private func readList(_ session: Nonce) async throws(EngineTrouble) {
        let strangers = state.withLock { state in
            defer { state.strangers = [] }
            return state.strangers
        }
        let (start, before) = (ContinuousClock.now, inFlight.all)
        let found = try await engine.list()
        let here = inFlight.all
        admission.replace(
            with: Dictionary(found.filter { $0.state == .running }.map { ($0.submission, $0.resources) }) { $1 },
            listedFrom: start, keeping: before, session: session)
        let now = ContinuousClock.now
        let (look, orphaned) = state.withLock { state in
            let ids = Set(found.map(\.id))
            // What was running and is no longer listed is looked at too.
            var look = state.reported.keys.filter { !ids.contains($0) }.compactMap { id in
                state.submissions[id].map { (id, $0) }
            }
            var unplaced: [FoundObject] = []
            for object in found {
                state.submissions[object.id] = object.submission
                switch object.state {
                case .running: look.append((object.id, object.submission))
                case .ended:
                    guard state.reported[object.id] != nil || strangers.contains(object.id) else { continue }
                    look.append((object.id, object.submission))
                case .held:
                    if !here.contains(object.submission) { unplaced.append(object) }
                }
            }
            let orphans = state.held.orphans(among: unplaced.map(\.id), at: now)
            state.submissions = state.submissions.filter { ids.contains($0.key) || state.reported[$0.key] != nil }
            return (look, unplaced.filter { orphans.contains($0.id) })
        }
        logger.debug(
            "the engine's objects were listed",
            metadata: ["objects": "\(found.count)", "to_look_at": "\(look.count)", "orphans": "\(orphaned.count)"])
        for object in orphaned { announceOrphan.yield(object) }
        await withDiscardingTaskGroup { group in
            for lane in 0..<8 {
                group.addTask {
                    for index in stride(from: lane, to: look.count, by: 8) {
                        await self.refresh(look[index].0, look[index].1)
                    }
                }
            }
        }
    }

    /// Looks at an object and appends what it is, if that is news.
    func refresh(_ object: ObjectID, _ submission: SubmissionID) async {
        do throws(EngineTrouble) {
            try await look(object, submission, always: false)
        } catch {
            health.note(error)
            logger.info(
                "an object could not be looked at",
                metadata: ["jid": "\(submission.key.job)", "reason": "\(error)"])
        }
    }

    /// Looks at an object that the log has no final status of. One that the engine does not know is gone for good.
    func check(_ object: ObjectID, _ submission: SubmissionID) async throws(EngineTrouble) {
        try await look(object, submission, always: true)
    }

    /// The log has not heard what was appended about an object: a broker can lose what it has confirmed. The next look tells it.
    func tellAgain(_ object: ObjectID) {
        state.withLock { state in
            state.reported[object] = nil
            state.ended.remove(object)
        }
    }

    /// What was asked about a held object was answered: it is not asked again for long.
    func settled(_ object: ObjectID) { state.withLock { $0.held.settle(object, at: .now) } }

    func forget(_ object: ObjectID) {
        state.withLock { state in
            state.reported[object] = nil
            state.submissions[object] = nil
            state.held.forget(object)
        }
    }

    private func look(_ object: ObjectID, _ submission: SubmissionID, always: Bool) async throws(EngineTrouble) {
        let mine = state.withLock { state in
            guard always || !state.ended.contains(object) else { return false }
            state.submissions[object] = submission
            if state.busy[object] != nil {
                state.busy[object] = true
                return false
            }
            state.busy[object] = false
            return true
        }
        guard mine else { return }
        defer {
            state.withLock { $0.busy[object] = nil }
            // The active worker goes on from here.
            if !activity.isActive { forget(object) }
        }
        repeat {
            state.withLock { $0.busy[object] = false }
            let report = try await engine.report(on: object)
            await note(report, object, submission, always: always)
        } while state.withLock({ $0.busy[object] == true && (always || !$0.ended.contains(object)) })
    }

    private func note(_ found: ObjectReport?, _ object: ObjectID, _ submission: SubmissionID, always: Bool) async {
        guard let found else {
            forget(object)
            admission.leave(submission)
            // Only a check, by id, may conclude that a job is gone.
            guard always else { return }
            await reporter.status(
                submission, object,
                StatusReport(
                    status: .undefined, message: "gone: the engine does not know its object any more",
                    timestamp: Timestamps.now(), cause: .gone))
            return await reporter.removed(submission, object)
        }
        guard !found.isHeld else { return }
        let report = found.status
        guard always || state.withLock({ $0.reported[object] != report }) else { return }
        await reporter.status(submission, object, report)
        if report.status.isFinal {
            state.withLock { state in
                state.reported[object] = nil
                if state.ended.count >= Self.rememberedEnds { state.ended.removeAll() }
                state.ended.insert(object)
            }
            admission.leave(submission)
        } else {
            state.withLock { $0.reported[object] = report }
        }
    }

    private func forgetAll() { state.withLock { $0 = State(busy: $0.busy) } }
}
