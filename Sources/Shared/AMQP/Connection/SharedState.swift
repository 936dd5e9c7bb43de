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

    typealias LogEntry = (level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata)

    /// - Returns: what is to be logged when the lock is released.
    mutating func carryOut(_ actions: [Action], core: ConnectionCore) -> [LogEntry] {
        var logs: [LogEntry] = []
        for action in actions {
            switch action {
            case .send(let command): commands.append(command)
            case .publishFinished(let id, let error): publishes.removeValue(forKey: id)?.resume(returning: error)
            case .requestFinished(let id, let result): requests.removeValue(forKey: id)?.resume(returning: result)
            case .callFinished(let id, let result): calls.removeValue(forKey: id)?.resume(returning: result)
            case .consumer(let id, let signal):
                buffers[id]?.receive(signal, id: id, core: core)
                if case .ended = signal { buffers[id] = nil }
            case .dropConnection(let reason): dropReason = reason
            case .finish: isFinishing = true
            case .log(let level, let message, let metadata): logs.append((level, message, metadata))
            }
        }
        return logs
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
