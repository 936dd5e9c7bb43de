public import Logging
import Threads

/// One connection to a broker that comes back by itself, over librabbitmq.
///
/// Publishes, requests and consumers may be made at any time, also before `run()`: they wait for the broker.
/// Publish and consume on separate connections: a broker in a memory or disk alarm stops reading from one that publishes,
/// and with it its acknowledgements.
///
/// With TLS, the broker's certificate and host name are always verified, and the host name against DNS names only.
public final class AMQPConnection: Sendable {
    let core: ConnectionCore

    /// - Parameter topology: declared on each connect, before anything is published or consumed.
    public init(_ configuration: AMQPConfiguration, topology: Topology = .init(), logger: Logger) {
        core = ConnectionCore(configuration, topology: topology, logger: logger)
    }

    /// Connects and stays connected. Returns when the connection is closed or the task is cancelled, which closes it
    /// without waiting for confirms. To be called once.
    /// - Throws: `ThreadError` when the system gives no thread or descriptor.
    public func run() async throws {
        let waker = try Waker()
        let mayStart = core.shared.withLock { shared in
            guard !shared.isThreadRunning, !shared.hasThreadEnded, !shared.machine.isClosed else { return false }
            shared.waker = waker
            shared.isThreadRunning = true
            return true
        }
        guard mayStart else { return }
        let core = core
        do throws(ThreadError) {
            try DedicatedThread.start(name: "amqp") { ConnectionThread(core: core, waker: waker).run() }
        } catch {
            core.shared.withLock { $0.isThreadRunning = false }
            throw error
        }
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                group.addTask { await core.watchWrites() }
                await core.threadEnded()
                group.cancelAll()
            }
        } onCancel: {
            core.closeNow()
        }
    }

    /// Takes no new work, waits until what was published, asked and settled has gone out and is confirmed, then closes.
    /// - Parameter limit: after this long whatever is outstanding fails with `closed`.
    public func close(within limit: Duration) async {
        core.apply { shared, now in shared.machine.beginClosing(deadline: now + limit) }
        await core.closed()
        // The thread may be stuck where no deadline reaches it.
        core.closeNow()
    }

    public var state: ConnectionState { core.broadcast.state }

    /// How often the connection had to be made again since the first time.
    public var reconnects: UInt64 {
        let newest = core.broadcast.newestGeneration
        return newest == 0 ? 0 : newest - 1
    }

    /// Every change from now on, beginning with the present state. A slow reader gets the newest 16. Ends after `closed`.
    public func states() -> AsyncStream<ConnectionState> { core.broadcast.subscribe() }
}
