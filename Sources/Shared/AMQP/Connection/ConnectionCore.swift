import Glibc
import Logging
import Threads

/// The state machine behind a lock, and the hands that carry out what it says.
///
/// Everybody may bring an event; what has to be written is left to the connection's thread.
final class ConnectionCore: Sendable {
    let configuration: AMQPConfiguration
    let broadcast = StateBroadcast()
    let shared: Locked<SharedState>
    private let logger: Logger

    init(_ configuration: AMQPConfiguration, topology: Topology, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let identity = String(UInt64.random(in: .min ... .max), radix: 36)
        let machine = ConnectionStateMachine(
            topology: topology, reconnectDelay: configuration.reconnectDelay,
            publishWindow: configuration.publishWindow, outboxLimit: configuration.outboxLimit, identity: identity)
        shared = Locked(SharedState(machine: machine))
    }

    func nextID() -> UInt64 {
        shared.withLock {
            $0.lastID += 1
            return $0.lastID
        }
    }

    /// Brings an event to the state machine and carries out what it says.
    func apply(_ event: (inout SharedState, ContinuousClock.Instant) -> [Action]) {
        let after = shared.withLock { shared in
            let actions = event(&shared, .now)
            var after = shared.carryOut(actions, core: self)
            if shared.isFinishing, !shared.isThreadRunning {
                // Nobody is there to say goodbye.
                let rest = shared.machine.closeNow()
                let more = shared.carryOut(rest, core: self)
                after.logs += more.logs
                after.resumptions += more.resumptions
            }
            broadcast.update(shared.machine.state)
            if shared.machine.isClosed {
                after.resumptions += shared.closers.map { closer in { closer.resume() } }
                shared.closers = []
            }
            if shared.hasWork { shared.wakeThread() }
            if shared.machine.hasDeadlines, !shared.isTicking {
                shared.isTicking = true
                Task { await self.keepDeadlines() }
            }
            return after
        }
        for resume in after.resumptions { resume() }
        for (level, message, metadata) in after.logs {
            var metadata = metadata
            metadata["connection"] = "\(configuration.connectionName)"
            logger.log(level: level, message, metadata: metadata)
        }
    }

    /// Deadlines hold even while the thread is stuck in a connect or a write, so it is not the thread that keeps them.
    private func keepDeadlines() async {
        while true {
            apply { shared, now in shared.machine.tick(now: now) }
            let isOver = shared.withLock { shared in
                shared.isTicking = shared.machine.hasDeadlines
                return !shared.isTicking
            }
            if isOver { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Cuts a connection whose thread has been stuck in a write for two heartbeats: the broker reads no more.
    func watchWrites() async {
        let heartbeat = configuration.heartbeat
        while !Task.isCancelled {
            try? await Task.sleep(for: heartbeat / 4)
            shared.withLock { shared in
                guard let since = shared.writingSince, shared.socket >= 0, .now - since > heartbeat * 2 else { return }
                _ = shutdown(shared.socket, Int32(SHUT_RDWR))
            }
        }
    }

    /// Ends at once; a thread that cannot say goodbye within two seconds is cut off and left to itself.
    func closeNow() {
        apply { shared, _ in shared.machine.closeNow() }
        Task {
            try? await Task.sleep(for: .seconds(2))
            let runner = shared.withLock { shared in
                if shared.socket >= 0 { _ = shutdown(shared.socket, Int32(SHUT_RDWR)) }
                defer { shared.runner = nil }
                return shared.runner
            }
            runner?.resume()
        }
    }
}
