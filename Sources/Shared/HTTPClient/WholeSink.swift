import Threads

/// Collects a whole response for one waiting task.
final class WholeSink: ResponseSink {
    private struct State: Sendable {
        var head: ResponseHead?
        var body: [UInt8] = []
        var outcome: Result<HTTPResponse, HTTPClientError>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func receive(head: ResponseHead) {
        state.withLock { $0.head = head }
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> SinkVerdict {
        state.withLock { state in
            guard state.body.count + bytes.count <= limit else { return .refused(.bodyTooLarge) }
            state.body.append(contentsOf: bytes)
            return .taken
        }
    }

    func finish(_ error: HTTPClientError?) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.outcome == nil else { return nil }
            if let error {
                state.outcome = .failure(error)
            } else if let head = state.head {
                state.outcome = .success(HTTPResponse(status: head.status, headers: head.headers, body: state.body))
            } else {
                state.outcome = .failure(.connectionClosedInHeaders)
            }
            state.body = []
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits for the end; for one caller. It ends early only by `finish`.
    func outcome() async throws(HTTPClientError) -> HTTPResponse {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.outcome == nil { state.waiter = waiter }
                return state.outcome != nil
            }
            if isOver { waiter.resume() }
        }
        guard let outcome = state.withLock({ $0.outcome }) else { throw .closed }
        return try outcome.get()
    }
}
