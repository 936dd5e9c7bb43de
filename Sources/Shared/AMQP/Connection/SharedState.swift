import Logging
import Threads

/// What the connection's thread and everybody else look at, behind one lock.
struct SharedState: Sendable {
    var machine: ConnectionStateMachine
    /// To be written by the thread, in this order.
    var commands: [BrokerCommand] = []
    var publishes: [UInt64: CheckedContinuation<PublishError?, Never>] = [:]
    var requests: [UInt64: CheckedContinuation<Result<AMQPMessage?, PublishError>, Never>] = [:]
    var calls: [UInt64: CheckedContinuation<Result<QueueCounts?, PublishError>, Never>] = [:]
    var buffers: [UInt64: ConsumerBuffer] = [:]
    /// Resumed when the state is `closed`.
    var closers: [CheckedContinuation<Void, Never>] = []
    /// Resumed when the thread has ended.
    var runner: CheckedContinuation<Void, Never>?
    var lastID: UInt64 = 0

    /// Made when the thread starts.
    var waker: Waker?
    var isThreadRunning = false
    var hasThreadEnded = false
    /// The thread waits in `poll(2)` or is about to.
    var isSleeping = false
    /// A task looks after the deadlines.
    var isTicking = false
    /// Write what is to be written and end.
    var isFinishing = false
    /// Why to leave the broker at once.
    var dropReason: String?
    /// The connected socket, for those who must cut it; -1 for none.
    var socket: Int32 = -1
    var writingSince: ContinuousClock.Instant?

    /// What is to be done when the lock is released.
    ///
    /// No task may be resumed under the lock: the runtime then takes the task's own lock, and whoever cancels that task
    /// holds it while its cancellation handler waits for ours.
    struct Aftermath {
        var logs: [(level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata)] = []
        var resumptions: [() -> Void] = []
    }

    mutating func carryOut(_ actions: [Action], core: ConnectionCore) -> Aftermath {
        var after = Aftermath()
        for action in actions {
            switch action {
            case .send(let command): commands.append(command)
            case .publishFinished(let id, let error):
                guard let waiter = publishes.removeValue(forKey: id) else { continue }
                after.resumptions.append { waiter.resume(returning: error) }
            case .requestFinished(let id, let result):
                guard let waiter = requests.removeValue(forKey: id) else { continue }
                after.resumptions.append { waiter.resume(returning: result) }
            case .callFinished(let id, let result):
                guard let waiter = calls.removeValue(forKey: id) else { continue }
                after.resumptions.append { waiter.resume(returning: result) }
            case .consumer(let id, let signal):
                if let resumption = buffers[id]?.receive(signal, id: id, core: core) {
                    after.resumptions.append(resumption)
                }
                if case .ended = signal { buffers[id] = nil }
            case .dropConnection(let reason): dropReason = reason
            case .finish: isFinishing = true
            case .log(let level, let message, let metadata): after.logs.append((level, message, metadata))
            }
        }
        return after
    }

    mutating func wakeThread() {
        guard isSleeping else { return }
        isSleeping = false
        waker?.signal()
    }

    var hasWork: Bool {
        !commands.isEmpty || isFinishing || dropReason != nil || machine.hasMessages
    }
}
