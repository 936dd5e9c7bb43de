import Core
import HTTPTypes
import Hummingbird

/// `/api/v2/events` and `/api/v2/jobs/{backend}/{jid}/events`.
struct EventsResource: V2Resource {
    let finder: JobFinder
    let feed: ChangeFeed
    let snapshots: Snapshots
    let rendering: RenderedJobs
    let streams: EventStreams

    var routes: [V2Route] {
        [
            V2Route(.get, "events") { request throws(V2Failure) in
                try finder.checkReady()
                return try streams.open(
                    request,
                    ChangeSource(
                        cache: finder.cache, feed: feed, snapshots: snapshots, rendering: rendering,
                        lastEventID: request.lastEventID))
            },
            V2Route(.get, JobResource.path + "/events") { request throws(V2Failure) in
                let key = try request.job()
                let found = try await finder.find(key)
                return try streams.open(
                    request,
                    JobEventSource(
                        key: key, generation: found.submission.id.generation, cache: finder.cache, feed: feed,
                        sent: request.lastEventID.flatMap { try? LogPlace($0) }))
            },
        ]
    }
}

extension V2Request {
    /// What a client that was connected before shows to go on there.
    var lastEventID: String? { HTTPField.Name("Last-Event-ID").flatMap { headers[$0] } }
}
