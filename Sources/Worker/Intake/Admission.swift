import Core
import Threads

/// Who may be on the engine at once: what the jobs on it asked for against what it has.
final class Admission: Sendable {
    enum Answer: Sendable, Equatable {
        case granted
        /// Not now; put it back.
        case full
        /// Never on this engine; the text says why.
        case never(String)
    }

    struct Limits: Sendable {
        /// `ADMISSION=off`: everything fits.
        var enabled: Bool
        var capacity: Capacity
        var maximumJobs: Int?
    }

    fileprivate struct Waiter: Sendable {
        let submission: SubmissionID
        let resources: Resources
        let session: Nonce
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Answer, Never>
    }
    fileprivate struct Guest: Sendable {
        let resources: Resources
        let enteredAt: ContinuousClock.Instant
    }
    fileprivate struct State: Sendable {
        var limits: Limits
        /// In which session of this worker as its engine's active one the engine was listed. What another worker has placed since
        /// an earlier one is not known.
        var listedIn: Nonce?
        var onEngine: [SubmissionID: Guest] = [:]
        var waiters: [Waiter] = []
        var isClosed = false
        /// A big job that came round too often: until it fits or its time is up, nothing else is let in.
        var drainingFor: (submission: SubmissionID, until: ContinuousClock.Instant)?
    }

    private let state: Locked<State>
    private let changed = Broadcast()
    /// How often a command comes round before the engine drains for it, and again before it does so once more.
    static let patience = 12
    private static let drainTime: Duration = .seconds(60)

    init(limits: Limits) { state = Locked(State(limits: limits)) }

    /// Asks for room and waits for it for a while, first come first served.
    /// - Parameters:
    ///   - putBack: how often the command came round before.
    ///   - wait: how long; one for which the engine drains waits as long as that may take.
    ///   - session: that of this worker as its engine's active one.
    func enter(
        _ submission: SubmissionID, _ resources: Resources, putBack: Int, wait: Duration, session: Nonce
    ) async -> Answer {
        await withCheckedContinuation { continuation in
            let answer: Answer? = state.withLock { state in
                if let reason = state.impossible(resources) { return .never(reason) }
                let now = ContinuousClock.now
                if putBack > 0, putBack.isMultiple(of: Self.patience), state.drainingFor == nil {
                    state.drainingFor = (submission, now + Self.drainTime)
                }
                let isDrainedFor = state.drainingFor?.submission == submission
                if state.waiters.isEmpty || isDrainedFor, state.admit(submission, resources, in: session) {
                    return .granted
                }
                guard !state.isClosed else { return .full }
                let deadline = isDrainedFor ? state.drainingFor?.until ?? now + wait : now + wait
                state.waiters.append(
                    Waiter(
                        submission: submission, resources: resources, session: session, deadline: deadline,
                        continuation: continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Nobody waits here any more: this worker ends.
    func close() { settle { $0.isClosed = true } }

    /// The job has left the engine.
    func leave(_ submission: SubmissionID) {
        settle { $0.onEngine[submission] = nil }
    }

    /// What a listing saw replaces what was believed, except for those that were just being placed or came later.
    /// - Parameters:
    ///   - start: when the listing began.
    ///   - inFlight: what was being placed then.
    func replace(
        with found: [SubmissionID: Resources], listedFrom start: ContinuousClock.Instant,
        keeping inFlight: Set<SubmissionID>, session: Nonce
    ) {
        settle { state in
            state.listedIn = session
            state.onEngine = found.mapValues { Guest(resources: $0, enteredAt: start) }
                .merging(state.onEngine.filter { inFlight.contains($0.key) || $0.value.enteredAt >= start }) { $1 }
        }
    }

    /// Lets those go that have waited long enough; called a few times a second.
    func expire() {
        settle { state in
            if let until = state.drainingFor?.until, until <= .now { state.drainingFor = nil }
        }
    }

    /// Whether a small job could enter now.
    func hasRoom(session: Nonce) -> Bool {
        state.withLock { state in state.waiters.isEmpty && state.drainingFor == nil && state.isOpen(in: session) }
    }

    var running: Int { state.withLock { $0.onEngine.count } }

    var slots: Int? { state.withLock { $0.limits.maximumJobs } }

    /// What the engine has; nil where nothing is weighed.
    var capacity: EngineSize? {
        state.withLock { state in
            guard state.limits.enabled else { return nil }
            let capacity = state.limits.capacity
            return EngineSize(cpuMillicores: capacity.cpuMillicores, memoryMebibytes: capacity.memoryMebibytes)
        }
    }

    /// What of it nobody has asked for.
    var free: EngineSize? {
        state.withLock { state in
            guard state.limits.enabled else { return nil }
            let capacity = state.limits.capacity
            return EngineSize(
                cpuMillicores: capacity.cpuMillicores.map { max(0, $0 - state.usedCPU) },
                memoryMebibytes: capacity.memoryMebibytes.map { max(0, $0 - state.usedMemory) })
        }
    }

    /// Rings when room may have come or gone.
    func changes() -> AsyncStream<Void> { changed.listen() }

    private func settle(_ change: (inout State) -> Void) {
        let now = ContinuousClock.now
        let answered = state.withLock { state in
            change(&state)
            var answered: [(Waiter, Answer)] = []
            var rest: [Waiter] = []
            for waiter in state.waiters {
                if rest.isEmpty, state.admit(waiter.submission, waiter.resources, in: waiter.session) {
                    answered.append((waiter, .granted))
                } else if waiter.deadline <= now || state.isClosed {
                    answered.append((waiter, .full))
                } else {
                    rest.append(waiter)
                }
            }
            state.waiters = rest
            return answered
        }
        for (waiter, answer) in answered { waiter.continuation.resume(returning: answer) }
        changed.ring()
    }
}

extension Admission.State {
    fileprivate func isOpen(in session: Nonce) -> Bool {
        guard limits.enabled else { return true }
        guard session == listedIn else { return false }
        if let maximum = limits.maximumJobs, onEngine.count >= maximum { return false }
        if let cpu = limits.capacity.cpuMillicores, usedCPU >= cpu { return false }
        if let memory = limits.capacity.memoryMebibytes, usedMemory >= memory { return false }
        return true
    }

    fileprivate var usedCPU: Int { onEngine.values.reduce(0) { $0 + $1.resources.cpuMillicores } }
    fileprivate var usedMemory: Int { onEngine.values.reduce(0) { $0 + $1.resources.memoryMebibytes } }

    fileprivate func impossible(_ resources: Resources) -> String? {
        if let cpu = limits.capacity.cpuMillicores, resources.cpuMillicores > cpu {
            return "asks for \(resources.cpuMillicores)m CPU and the engine has \(cpu)m; ask for less"
        }
        if let memory = limits.capacity.memoryMebibytes, resources.memoryMebibytes > memory {
            return "asks for \(resources.memoryMebibytes) MiB of memory and the engine has \(memory); ask for less"
        }
        return nil
    }

    fileprivate mutating func admit(_ submission: SubmissionID, _ resources: Resources, in session: Nonce) -> Bool {
        if limits.enabled, onEngine[submission] == nil {
            guard session == listedIn else { return false }
            if let draining = drainingFor, draining.submission != submission { return false }
            if let maximum = limits.maximumJobs, onEngine.count >= maximum { return false }
            if let cpu = limits.capacity.cpuMillicores, usedCPU + resources.cpuMillicores > cpu { return false }
            if let memory = limits.capacity.memoryMebibytes, usedMemory + resources.memoryMebibytes > memory {
                return false
            }
        }
        onEngine[submission] = Admission.Guest(resources: resources, enteredAt: .now)
        if drainingFor?.submission == submission { drainingFor = nil }
        return true
    }
}
