import CLinux
import Glibc

/// Wakes a thread out of `poll(2)`; an eventfd that any thread may signal.
public final class Waker: Sendable {
    /// The descriptor to wait on: readable after a signal.
    public let descriptor: Int32

    /// - Throws: `ThreadError` when the process has no file descriptor left.
    public init() throws(ThreadError) {
        descriptor = linux_eventfd()
        guard descriptor >= 0 else { throw ThreadError(call: "eventfd", code: errno) }
    }

    deinit { close(descriptor) }

    /// Makes the descriptor readable.
    public func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Takes all signals that have come.
    public func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
