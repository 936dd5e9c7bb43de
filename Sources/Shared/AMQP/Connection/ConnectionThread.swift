import Glibc
import Threads

/// Owns the librabbitmq connection: connects, writes what the state machine wants written, reads, and comes back after a loss.
struct ConnectionThread {
    private static let messagesPerTurn = 64
    private static let framesPerTurn = 512

    let core: ConnectionCore
    let waker: Waker

    /// Returns when the connection is closed.
    func run() {
        let endpoints = core.configuration.endpoints
        var attempt = 0
        while !isOver {
            guard !endpoints.isEmpty else {
                core.apply { shared, _ in shared.machine.connectFailed("no broker is configured") }
                rest()
                continue
            }
            let endpoint = endpoints[attempt % endpoints.count]
            attempt += 1
            do throws(WireError) {
                let wire = try Wire(endpoint, core.configuration)
                serve(wire, node: endpoint.node)
                if !isOver { rest() }
            } catch {
                let reason = Descriptors.complaint ?? error.description
                core.apply { shared, _ in shared.machine.connectFailed(reason) }
                if attempt % endpoints.count == 0 { rest() }
            }
        }
        end()
    }

    private var isOver: Bool { core.shared.withLock { $0.isFinishing } }

    /// Waits before the next attempt.
    private func rest() {
        let until = ContinuousClock.now + core.shared.withLock { $0.machine.reconnect.next() }
        while !isOver, .now < until { sleep(descriptors: [], atMost: until - .now) }
    }

    private func serve(_ wire: Wire, node: String) {
        core.apply { shared, now in
            shared.socket = wire.socket
            return shared.machine.connected(
                node: node, frameMax: wire.frameMax, channelMax: wire.channelMax, now: now)
        }
        var reason = "closed"
        do throws(WireError) {
            reason = try exchange(wire)
        } catch {
            reason = "\(node): \(error)"
        }
        core.apply { shared, now in
            // From here on the descriptor may be another file's.
            shared.socket = -1
            shared.writingSince = nil
            shared.dropReason = nil
            shared.commands = []
            return shared.machine.connectionLost(reason, now: now)
        }
    }

    /// Writes and reads until the connection is to end.
    /// - Returns: why it ended.
    private func exchange(_ wire: Wire) throws(WireError) -> String {
        let half = Duration.milliseconds(wire.heartbeat > 0 ? wire.heartbeat * 500 : 1000)
        var events: [BrokerEvent] = []
        while true {
            let work = takeWork()
            for command in work.commands { try wire.send(command) }
            if let reason = work.dropReason { return reason }
            if work.isFinishing {
                wire.closePolitely()
                return "closed"
            }
            events.removeAll(keepingCapacity: true)
            var failure: WireError?
            do throws(WireError) {
                try wire.read(into: &events, limit: Self.framesPerTurn)
            } catch {
                // What was read before counts: confirms above all.
                failure = error
            }
            core.apply { shared, now in
                shared.writingSince = nil
                var actions: [Action] = []
                for event in events { actions += shared.machine.received(event, now: now) }
                return actions + shared.machine.tick(now: now)
            }
            if let failure { throw failure }
            if events.isEmpty, work.commands.isEmpty, !wire.hasBuffered {
                sleep(descriptors: [wire.socket], atMost: half)
            }
        }
    }

    private func takeWork() -> (commands: [BrokerCommand], dropReason: String?, isFinishing: Bool) {
        core.shared.withLock { shared in
            let now = ContinuousClock.now
            for case .send(let command) in shared.machine.nextMessages(limit: Self.messagesPerTurn, now: now) {
                shared.commands.append(command)
            }
            let commands = shared.commands
            shared.commands = []
            for command in commands { shared.machine.sent(command, now: now) }
            if !commands.isEmpty || shared.isFinishing { shared.writingSince = now }
            return (commands, shared.dropReason, shared.isFinishing)
        }
    }

    /// Waits for a descriptor, for work, for the next timer or for the limit.
    private func sleep(descriptors: [Int32], atMost limit: Duration) {
        let timeout: Duration? = core.shared.withLock { shared in
            guard !shared.isFinishing, descriptors.isEmpty || !shared.hasWork else { return nil }
            shared.isSleeping = true
            // Without a connection only the limit counts: others keep the deadlines.
            guard !descriptors.isEmpty, let timer = shared.machine.nextTimer else { return limit }
            return min(limit, max(.zero, timer - .now))
        }
        guard let timeout else { return }
        var watched = (descriptors + [waker.descriptor]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = poll(&watched, nfds_t(watched.count), Int32(clamping: timeout.milliseconds + 1))
        core.shared.withLock { $0.isSleeping = false }
        waker.drain()
    }

    private func end() {
        core.apply { shared, _ in
            shared.isThreadRunning = false
            shared.hasThreadEnded = true
            return shared.machine.closeNow()
        }
        let runner = core.shared.withLock { shared in
            defer { shared.runner = nil }
            return shared.runner
        }
        runner?.resume()
    }
}
