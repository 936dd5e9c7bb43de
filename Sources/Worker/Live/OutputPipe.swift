import Threads

/// Bytes on their way from one writer to one reader: the writer waits while a chunk's worth is unread.
final class OutputPipe: Sendable {
    private struct State: Sendable {
        var bytes: [UInt8] = []
        var isClosed = false
        var isNudged = false
        var reader: CheckedContinuation<Void, Never>?
        var wantsRoom: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())
    private let capacity: Int

    /// - Parameter capacity: how many unread bytes make writers wait.
    init(capacity: Int) { self.capacity = capacity }

    /// Returns when there is room for more. Several writers may wait; what they write is not mixed within a call.
    func write(_ bytes: [UInt8]) async {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isClosed else { return nil }
            state.bytes += bytes
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard !state.isClosed, state.bytes.count >= capacity else { return false }
                state.wantsRoom.append(waiter)
                return true
            }
            if !mustWait { waiter.resume() }
        }
    }

    /// At most `limit` bytes, as soon as there are any; none after a nudge; nil when it is closed and read.
    func read(_ limit: Int) async -> [UInt8]? {
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard state.bytes.isEmpty, !state.isClosed, !state.isNudged else { return false }
                state.reader = waiter
                return true
            }
            if !mustWait { waiter.resume() }
        }
        let (bytes, writers) = state.withLock { state -> ([UInt8]?, [CheckedContinuation<Void, Never>]) in
            defer { state.isNudged = false }
            guard !state.bytes.isEmpty else { return (state.isClosed ? nil : [], []) }
            let bytes = Array(state.bytes.prefix(limit))
            state.bytes.removeFirst(bytes.count)
            guard state.bytes.count < capacity else { return (bytes, []) }
            defer { state.wantsRoom = [] }
            return (bytes, state.wantsRoom)
        }
        for writer in writers { writer.resume() }
        return bytes
    }

    /// Lets the reader go on with nothing.
    func nudge() {
        let reader = state.withLock { state in
            state.isNudged = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// No more is written; nobody waits any longer.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { (state.reader, state.wantsRoom) = (nil, []) }
            return state.wantsRoom + [state.reader].compactMap(\.self)
        }
        for waiter in waiters { waiter.resume() }
    }
}
