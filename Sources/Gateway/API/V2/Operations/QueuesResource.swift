import Core
import Hummingbird

/// `GET /api/v2/queues` and what they held over the last hour.
struct QueuesResource: V2Resource {
    let overview: QueueOverview
    let history: QueueHistory
    let finder: JobFinder

    private struct HistoryAnswer: Encodable {
        let interval_seconds: Int
        let samples: [QueueHistory.Sample]
    }

    var routes: [V2Route] {
        [
            V2Route(.get, "queues") { _ throws(V2Failure) in
                try finder.checkReady()
                do { return Answer.json(.ok, try await overview.answer()).response } catch {
                    throw finder.broken(error)
                }
            },
            V2Route(.get, "queues/history") { _ in
                Answer.json(
                    .ok, HistoryAnswer(interval_seconds: QueueHistory.intervalSeconds, samples: history.samples)
                ).response
            },
        ]
    }
}
