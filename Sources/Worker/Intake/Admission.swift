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
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Answer, Never>
    }
    fileprivate struct State: Sendable {
        var limits: Limits
        var onEngine: [SubmissionID: Resources] = [:]
        var waiters: [Waiter] = []
        /// A big job that came round too often: until it fits or its time is up, nothing else is let in.
        var drainingFor: (submission: SubmissionID, until: ContinuousClock.Instant)?
    }

    private let state: Locked<State>
    private let changed = Broadcast()
    /// How often a command may come round before the engine drains for it.
    static let patience = 12
    private static let drainTime: Duration = .seconds(60)

    init(limits: Limits) { state = Locked(State(limits: limits)) }

    /// Asks for room and waits for it for a while, first come first served.
    func enter(_ submission: SubmissionID, _ resources: Resources, putBack: Int, wait: Duration) async -> Answer {
        await withCheckedContinuation { continuation in
            let answer: Answer? = state.withLock { state in
                if let reason = state.impossible(resources) { return .never(reason) }
                if putBack >= Self.patience, state.drainingFor == nil {
                    state.drainingFor = (submission, .now + Self.drainTime)
                }
                if state.waiters.isEmpty || state.drainingFor?.submission == submission,
                    state.admit(submission, resources)
                {
                    return .granted
                }
                state.waiters.append(
                    Waiter(
                        submission: submission, resources: resources, deadline: .now + wait, continuation: continuation)
                )
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// The job has left the engine.
    func leave(_ submission: SubmissionID) {
        settle { $0.onEngine[submission] = nil }
    }

    /// What a listing saw replaces what was believed, except for those that are just being placed.
    func replace(with found: [SubmissionID: Resources], keeping inFlight: Set<SubmissionID>) {
        settle { state in
            state.onEngine = found.merging(state.onEngine.filter { inFlight.contains($0.key) }) { $1 }
        }
    }

    /// Lets those go that have waited long enough; called a few times a second.
    func expire() {
        settle { state in
            if let until = state.drainingFor?.until, until <= .now { state.drainingFor = nil }
        }
    }

    /// Whether a small job could enter now.
    var hasRoom: Bool {
        state.withLock { state in state.waiters.isEmpty && state.drainingFor == nil && state.isOpen }
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
                if rest.isEmpty, state.admit(waiter.submission, waiter.resources) {
                    answered.append((waiter, .granted))
                } else if waiter.deadline <= now {
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
    fileprivate var isOpen: Bool {
        guard limits.enabled else { return true }
        if let maximum = limits.maximumJobs, onEngine.count >= maximum { return false }
        if let cpu = limits.capacity.cpuMillicores, usedCPU >= cpu { return false }
        if let memory = limits.capacity.memoryMebibytes, usedMemory >= memory { return false }
        return true
    }

    fileprivate var usedCPU: Int { onEngine.values.reduce(0) { $0 + $1.cpuMillicores } }
    fileprivate var usedMemory: Int { onEngine.values.reduce(0) { $0 + $1.memoryMebibytes } }

    fileprivate func impossible(_ resources: Resources) -> String? {
        if let cpu = limits.capacity.cpuMillicores, resources.cpuMillicores > cpu {
            return "asks for \(resources.cpuMillicores)m CPU and the engine has \(cpu)m; ask for less"
        }
        if let memory = limits.capacity.memoryMebibytes, resources.memoryMebibytes > memory {
            return "asks for \(resources.memoryMebibytes) MiB of memory and the engine has \(memory); ask for less"
        }
        return nil
    }

    fileprivate mutating func admit(_ submission: SubmissionID, _ resources: Resources) -> Bool {
        if limits.enabled, onEngine[submission] == nil {
            if let draining = drainingFor, draining.submission != submission { return false }
            if let maximum = limits.maximumJobs, onEngine.count >= maximum { return false }
            if let cpu = limits.capacity.cpuMillicores, usedCPU + resources.cpuMillicores > cpu { return false }
            if let memory = limits.capacity.memoryMebibytes, usedMemory + resources.memoryMebibytes > memory {
                return false
            }
        }
        onEngine[submission] = resources
        if drainingFor?.submission == submission { drainingFor = nil }
        return true
    }
}
