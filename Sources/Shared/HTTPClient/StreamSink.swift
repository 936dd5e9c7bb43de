import Threads

/// Hands a body over to one reader as fast as it reads: while more than `highWater` bytes wait, the transfer is paused.
final class StreamSink: ResponseSink {
    /// How many unread bytes pause the transfer.
    static let highWater = 256 << 10

    private enum Ending: Sendable {
        case complete
        case failed(HTTPClientError)
    }

    private struct State: Sendable {
        var head: ResponseHead?
        var unread: [UInt8] = []
        var isPaused = false
        var ending: Ending?
        var headWaiter: CheckedContinuation<Void, Never>?
        var bodyWaiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    var isFinished: Bool { state.withLock { $0.ending != nil } }

    func receive(head: ResponseHead) {
        let waiter = state.withLock { state in
            state.head = head
            defer { state.headWaiter = nil }
            return state.headWaiter
        }
        waiter?.resume()
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> SinkVerdict {
        var waiter: CheckedContinuation<Void, Never>?
        let verdict = state.withLock { state -> SinkVerdict in
            if case .failed(let error) = state.ending { return .refused(error) }
            guard state.unread.count < Self.highWater else {
                state.isPaused = true
                return .full
            }
            state.unread.append(contentsOf: bytes)
            waiter = state.bodyWaiter
            state.bodyWaiter = nil
            return .taken
        }
        waiter?.resume()
        return verdict
    }

    func finish(_ error: HTTPClientError?) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>?] in
            guard state.ending == nil else { return [] }
            if let error {
                state.ending = .failed(error)
            } else {
                state.ending = state.head == nil ? .failed(.connectionClosedInHeaders) : .complete
            }
            // A reader that gave up reads no more; after other failures it still gets what had come.
            if error == .cancelled { state.unread = [] }
            defer { (state.headWaiter, state.bodyWaiter) = (nil, nil) }
            return [state.headWaiter, state.bodyWaiter]
        }
        for waiter in waiters { waiter?.resume() }
    }

    /// Waits for the headers.
    func head() async throws(HTTPClientError) -> ResponseHead {
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard state.head == nil, state.ending == nil else { return false }
                state.headWaiter = waiter
                return true
            }
            if !mustWait { waiter.resume() }
        }
        let (head, ending) = state.withLock { ($0.head, $0.ending) }
        if let head { return head }
        if case .failed(let error) = ending { throw error }
        throw .closed
    }

    /// All that waits to be read, or else what comes next; nil at the end. `onRoom` is called when the transfer was
    /// paused and may go on.
    func next(onRoom: () -> Void) async throws(HTTPClientError) -> [UInt8]? {
        while true {
            await withCheckedContinuation { waiter in
                let mustWait = state.withLock { state in
                    // A second reader at the same time is a mistake; it must not leave the first one hanging.
                    guard state.unread.isEmpty, state.ending == nil, state.bodyWaiter == nil else { return false }
                    state.bodyWaiter = waiter
                    return true
                }
                if !mustWait { waiter.resume() }
            }
            let (bytes, ending, wasPaused) = state.withLock { state in
                defer { (state.unread, state.isPaused) = ([], false) }
                return (state.unread, state.ending, state.isPaused)
            }
            if wasPaused { onRoom() }
            if !bytes.isEmpty { return bytes }
            switch ending {
            case .complete: return nil
            case .failed(let error): throw error
            case nil: continue
            }
        }
    }
}
