import Threads

/// What a consumer's reader has not read yet. Bounded by the prefetch, or by `limit`.
final class ConsumerBuffer: Sendable {
    private struct State: Sendable {
        var events = FIFO<ConsumerEvent>()
        var reader: CheckedContinuation<ConsumerEvent?, Never>?
        var hasEnded = false
    }

    private let queue: String
    /// With automatic acknowledgement nothing else bounds the broker.
    private let limit: Int?
    private let state = Locked(State())

    init(queue: String, limit: Int?) {
        self.queue = queue
        self.limit = limit
    }

    /// - Returns: what wakes the reader, to be called when no lock is held.
    func receive(_ signal: ConsumerSignal, id: UInt64, core: ConnectionCore) -> (() -> Void)? {
        switch signal {
        case .registered(let generation): append(.registered(generation: generation))
        case .interrupted(let reason): append(.interrupted(reason: reason))
        case .delivered(let incoming, let generation):
            append(.delivery(Delivery(incoming, queue: queue, generation: generation, consumer: id, core: core)))
        case .ended: end()
        }
    }

    /// - Returns: nil at the end, or when the task is cancelled.
    func next() async -> ConsumerEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let event: ConsumerEvent?? = state.withLock { state in
                    if let event = state.events.popFirst() { return event }
                    if state.hasEnded || Task.isCancelled { return .some(nil) }
                    precondition(state.reader == nil, "a consumer has one reader")
                    state.reader = continuation
                    return nil
                }
                if let event { continuation.resume(returning: event) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    /// Takes out what nobody is going to read.
    func takeUnread() -> [Delivery] {
        state.withLock { state in
            defer { state.events.removeAll() }
            return state.events.elements.compactMap { if case .delivery(let delivery) = $0 { delivery } else { nil } }
        }
    }

    private func append(_ event: ConsumerEvent) -> (() -> Void)? {
        state.withLock { state in
            guard !state.hasEnded else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return { reader.resume(returning: event) }
            }
            if case .interrupted = event, voidUnread(&state) { return nil }
            state.events.append(event)
            if let limit, state.events.count > limit { _ = state.events.popFirst() }
            return nil
        }
    }

    /// Unread deliveries come again after an interruption; keeping them would let the buffer grow with each reconnect.
    /// - Returns: true when the reader is about to be told of an interruption anyway.
    private func voidUnread(_ state: inout State) -> Bool {
        // With automatic acknowledgement they do not come again.
        guard limit == nil else { return false }
        var isTold = false
        state.events.removeAll { event in
            switch event {
            case .delivery: return true
            case .interrupted:
                isTold = true
                return false
            case .registered: return isTold
            }
        }
        return isTold
    }

    private func end() -> (() -> Void)? {
        let reader = state.withLock { state in
            state.hasEnded = true
            defer { state.reader = nil }
            return state.reader
        }
        return reader.map { reader in { reader.resume(returning: nil) } }
    }
}
