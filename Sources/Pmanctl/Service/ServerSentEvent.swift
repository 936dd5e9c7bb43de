/// One event of a `text/event-stream`.
struct ServerSentEvent: Sendable, Equatable {
    var event = "message"
    var data = ""
    /// The last id that the stream named so far.
    var id: String?
}
