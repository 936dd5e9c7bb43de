import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Threads

/// Answers with streams of Server-Sent Events, a limited number at a time.
///
/// What a stream says is asked for when the last of it was written, so that nothing piles up for a client that reads
/// slowly. A stream ends when its source says so, when the client goes away, and when the gateway stops.
final class EventStreams: Sendable {
    /// Where the events of one stream come from.
    protocol Source: Sendable {
        /// Rings when there may be something new.
        func bells() -> [AsyncStream<Void>]
        /// What is new.
        /// - Returns: nil at the end of the stream.
        mutating func next() async throws -> [ServerSentEvent]?
    }

    /// Held by one stream; given back when it is let go of.
    final class Seat: Sendable {
        private let streams: EventStreams
        fileprivate init(_ streams: EventStreams) { self.streams = streams }
        deinit { streams.taken.withLock { $0 -= 1 } }
    }

    private let taken = Locked(0)
    private let maximum: Int
    private let keepAlive: Duration

    /// - Parameters:
    ///   - maximum: streams at a time.
    ///   - keepAlive: after so long without an event a comment is sent, so that proxies keep the connection.
    init(maximum: Int = 256, keepAlive: Duration = .seconds(15)) {
        self.maximum = maximum
        self.keepAlive = keepAlive
    }

    /// How many streams there are.
    var count: Int { taken.withLock { $0 } }

    /// - Throws: 503 when there are too many.
    func takeSeat() throws(V2Failure) -> Seat {
        let isFree = taken.withLock { taken in
            guard taken < maximum else { return false }
            taken += 1
            return true
        }
        guard isFree else { throw .unavailable("\(maximum) streams of events are open, which is the limit") }
        return Seat(self)
    }

    /// The answer to a request for a stream.
    /// - Throws: 503 when there are too many.
    func open(_ request: V2Request, _ source: some Source) throws(V2Failure) -> Response {
        let seat = try takeSeat()
        let body = request.body
        let keepAlive = keepAlive
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
                .init("X-Accel-Buffering") ?? .cacheControl: "no",
            ],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(seat) {} }
                let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                // Nothing is cancelled by itself when a client goes away (hummingbird#618).
                try await body.consumeWithInboundCloseHandler { _ in
                    try await withGracefulShutdownHandler {
                        try await Self.write(&writer, source, bell, ring, keepAlive)
                    } onGracefulShutdown: {
                        ring.finish()
                    }
                } onInboundClosed: {
                    ring.finish()
                }
                try await writer.finish(nil)
            })
    }

    private static func write(
        _ writer: inout any ResponseBodyWriter, _ source: some Source, _ bell: AsyncStream<Void>,
        _ ring: AsyncStream<Void>.Continuation, _ keepAlive: Duration
    ) async throws {
        var source = source
        let bells = source.bells()
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            for other in bells {
                group.addTask { for await _ in other { ring.yield() } }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: keepAlive)
                    ring.yield()
                }
            }
            // Tells the client's program at once that it is connected, and how long to wait before it comes again.
            try await writer.write(ByteBuffer(string: "retry: 2000\n: connected\n\n"))
            var written = ContinuousClock.now
            ring.yield()
            for await _ in bell {
                var hasMore = true
                while hasMore {
                    guard let events = try await source.next() else { return }
                    hasMore = !events.isEmpty
                    if hasMore {
                        try await writer.write(ByteBuffer(bytes: events.flatMap(\.bytes)))
                    } else if written.duration(to: .now) >= keepAlive {
                        try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    } else {
                        continue
                    }
                    written = .now
                }
            }
        }
    }
}
