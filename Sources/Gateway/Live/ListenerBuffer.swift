import Threads

/// What one listener has not read yet, in bounded memory: what does not fit is dropped, and a mark stands in its place.
final class ListenerBuffer: Sendable {
    /// What there is to tell, in this order.
    struct Batch: Sendable, Equatable {
        /// What was left out before the text.
        var lostBefore: Gap?
        var text = ""
        /// The same after the text.
        var dropped: Gap?
        var waiting: String?
        var end: String?
    }

    /// What a listener misses.
    struct Gap: Sendable, Equatable {
        var bytes: Int
        /// More is missing, and it cannot be told how much.
        var isAtLeast = false

        /// - Parameter count: 0: it cannot be told how many.
        mutating func widen(by count: Int) {
            bytes += count
            if count == 0 { isAtLeast = true }
        }
    }

    private let state = Locked(Batch())
    private let limit: Int
    /// Rings when there is something new.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    /// - Parameter limit: how many bytes may be unread. A first text of any length is taken.
    init(limit: Int = 256 << 10) {
        self.limit = limit
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func output(_ text: String) {
        change { batch in
            batch.waiting = nil
            let count = text.utf8.count
            // After a gap, until it has been told, everything belongs to the gap.
            if batch.dropped != nil {
                batch.dropped?.bytes += count
            } else if batch.text.isEmpty || batch.text.utf8.count + count <= limit {
                batch.text += text
            } else {
                batch.dropped = Gap(bytes: count)
            }
        }
    }

    /// - Parameter count: in bytes; 0: it cannot be told how many.
    func dropped(_ count: Int) {
        change { batch in
            if batch.text.isEmpty, batch.dropped == nil {
                batch.lostBefore = batch.lostBefore ?? Gap(bytes: 0)
                batch.lostBefore?.widen(by: count)
            } else {
                batch.dropped = batch.dropped ?? Gap(bytes: 0)
                batch.dropped?.widen(by: count)
            }
        }
    }

    func waiting(_ reason: String) { change { $0.waiting = reason } }

    func end(_ word: String) { change { $0.end = word } }

    /// All that there is.
    func take() -> Batch {
        state.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }

    private func change(_ body: (inout Batch) -> Void) {
        state.withLock { body(&$0) }
        ring.yield()
    }
}
