import Core
import Program
import ServiceLifecycle
import Threads

/// Keeps the depth of each queue over the last hour, and tells listeners of the event stream about queues and workers.
final class QueueHistory: Service {
    struct Sample: Encodable, Sendable {
        let at: String
        let backend: Backend
        let ready: Int
        /// nil: the broker's own figures cannot be read.
        let unacknowledged: Int?

        enum CodingKeys: CodingKey { case at, backend, ready, unacknowledged }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(at, forKey: .at)
            try fields.encode(backend, forKey: .backend)
            try fields.encode(ready, forKey: .ready)
            // Null where it is not known.
            try fields.encode(unacknowledged, forKey: .unacknowledged)
        }
    }

    private let overview: QueueOverview
    private let workers: Workers
    private let snapshots: Snapshots
    private let kept = Locked<[[Sample]]>([])
    static let intervalSeconds = 10
    private static let limit = 360

    init(overview: QueueOverview, workers: Workers, snapshots: Snapshots) {
        self.overview = overview
        self.workers = workers
        self.snapshots = snapshots
    }

    var samples: [Sample] { kept.withLock { $0.flatMap(\.self) } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var ticks = 0
            while !Task.isCancelled {
                let isHeard = self.snapshots.isHeard
                let isDue = ticks.isMultiple(of: Self.intervalSeconds / 2)
                if isHeard || isDue, let answer = try? await self.overview.answer() {
                    if isHeard { self.snapshots.put(.queues, answer) }
                    if isDue { self.sample(answer.queues) }
                }
                if isHeard { self.snapshots.put(.workers, WorkersAnswer(self.workers)) }
                ticks += 1
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }

    private func sample(_ rows: [QueueOverview.Row]) {
        let at = Timestamps.now()
        let samples = rows.compactMap { row in
            row.figures.ready.map {
                Sample(at: at, backend: row.backend, ready: $0, unacknowledged: row.figures.unacknowledged)
            }
        }
        kept.withLock { kept in
            kept.append(samples)
            if kept.count > Self.limit { kept.removeFirst(kept.count - Self.limit) }
        }
    }
}
