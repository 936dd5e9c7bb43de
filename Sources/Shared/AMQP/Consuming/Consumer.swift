import Threads

/// What one subscription brings: an endless sequence with one reader, in which trouble is an element.
///
/// It ends after `cancel()`, and when the connection is closed; `next()` also returns nil when the reading task is cancelled.
/// Letting go of the consumer cancels it and gives back what was not read.
public final class Consumer: AsyncSequence, Sendable {
    public typealias Element = ConsumerEvent
    public typealias Failure = Never

    /// Reads one event after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let consumer: Consumer

        public mutating func next() async -> ConsumerEvent? {
            await consumer.buffer.next()
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> ConsumerEvent? {
            await consumer.buffer.next()
        }
    }

    private let core: ConnectionCore
    private let id: UInt64
    fileprivate let buffer: ConsumerBuffer

    init(core: ConnectionCore, id: UInt64, buffer: ConsumerBuffer) {
        self.core = core
        self.id = id
        self.buffer = buffer
    }

    deinit {
        // Those in the reader's hands may still be settled; the rest is for others.
        for delivery in buffer.takeUnread() { delivery.reject(requeue: true) }
        let id = id
        core.apply { shared, _ in
            shared.buffers[id] = nil
            return shared.machine.setWish(id, .ended)
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(consumer: self) }

    /// Takes nothing new. Deliveries that are already here stay in the sequence and may still be settled.
    /// Pausing and resuming may be done often, and is not told by an event.
    public func pause() { wish(.paused) }

    /// Takes deliveries again. On a stream, the offset is asked again.
    public func resume() { wish(.running) }

    /// Has the broker forget the subscription and make another one, unless it is paused.
    public func subscribeAnew() {
        guard isRegistered else { return }
        pause()
        resume()
    }

    /// Ends the sequence after what is buffered. Deliveries may still be settled; the channel is closed after the last.
    public func cancel() { wish(.ended) }

    /// The broker has accepted the subscription on the present connection, and it is not paused.
    public var isRegistered: Bool { core.shared.withLock { $0.machine.isRegistered(id) } }

    private func wish(_ wish: ConsumerSlot.Wish) {
        core.apply { shared, _ in shared.machine.setWish(id, wish) }
    }
}
