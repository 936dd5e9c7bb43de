import Glibc
import Threads

/// One thread for calls on files, which may block for long on shared storage.
final class FileThread: Sendable {
    private struct State: Sendable {
        var work: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private final class Desk: Sendable {
        let state = Locked(State())
        let waker: Waker

        init() throws { waker = try Waker() }

        func run() {
            while true {
                var wait = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&wait, 1, -1)
                waker.drain()
                let (work, isClosed) = state.withLock { state in
                    defer { state.work = [] }
                    return (state.work, state.isClosed)
                }
                for each in work { each() }
                if isClosed { return }
            }
        }
    }

    private let desk: Desk

    init() throws {
        let desk = try Desk()
        try DedicatedThread.start(name: "slurm-files") { desk.run() }
        self.desk = desk
    }

    deinit {
        desk.state.withLock { $0.isClosed = true }
        desk.waker.signal()
    }

    /// Runs `body` on the thread, after what was asked for before.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(EngineTrouble) -> Value
    ) async throws(EngineTrouble) -> Value {
        let result: Result<Value, EngineTrouble> = await withCheckedContinuation { continuation in
            desk.state.withLock { state in
                state.work.append {
                    do throws(EngineTrouble) {
                        continuation.resume(returning: .success(try body()))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
            desk.waker.signal()
        }
        return try result.get()
    }
}
