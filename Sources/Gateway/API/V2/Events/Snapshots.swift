import Foundation
import Threads

/// The newest of what is told to every listener as a whole now and then: queues, workers.
final class Snapshots: Sendable {
    /// The name of the event.
    enum Kind: String, Sendable, CaseIterable { case queues, workers }

    struct Snapshot: Sendable {
        /// Rises from one of a kind to the next.
        let number: Int
        let json: [UInt8]
    }

    private let state = Locked<[Kind: Snapshot]>([:])
    private let bell = Broadcast()

    /// Rings when there is a new one.
    func listen() -> AsyncStream<Void> { bell.listen() }

    /// Whether anybody listens.
    var isHeard: Bool { bell.isHeard }

    /// Tells all listeners; one that is the same as the last is not told again.
    func put(_ kind: Kind, _ value: some Encodable) {
        let encoder = JSONEncoder()
        // In one order, so that the same is seen to be the same.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = (try? encoder.encode(value)).map(Array.init) else { return }
        let isNew = state.withLock { state in
            let old = state[kind]
            guard old?.json != json else { return false }
            state[kind] = Snapshot(number: (old?.number ?? 0) + 1, json: json)
            return true
        }
        if isNew { bell.ring() }
    }

    /// Those that are newer than the numbers that a listener has seen.
    func newer(than seen: [Kind: Int]) -> [(Kind, Snapshot)] {
        let all = state.withLock { $0 }
        return Kind.allCases.compactMap { kind in
            guard let snapshot = all[kind], snapshot.number > seen[kind] ?? 0 else { return nil }
            return (kind, snapshot)
        }
    }
}
