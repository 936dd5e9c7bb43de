import Core

/// Numbers the updates of one stream.
struct StreamSender: Sendable {
    let stream: Nonce
    /// The worker's queue.
    let worker: String
    private var next = 0

    init(stream: Nonce, worker: String) {
        self.stream = stream
        self.worker = worker
    }

    mutating func update(
        _ text: String = "", _ state: FollowUpdate.State = .open, reason: String? = nil
    ) -> FollowUpdate {
        defer { next += 1 }
        return FollowUpdate(
            stream: stream, worker: worker, sequence: next, text: text, state: state, reason: reason)
    }

    /// The first and last word about a stream that there is not.
    func failed(_ reason: String) -> FollowUpdate {
        FollowUpdate(stream: stream, worker: worker, sequence: 0, state: .failed, reason: reason)
    }
}
