/// One event as a stream of Server-Sent Events carries it
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
struct ServerSentEvent: Sendable {
    let name: String
    /// JSON without line feeds in it.
    let data: [UInt8]
    /// What a client shows to go on after this one.
    var id: String?

    var bytes: [UInt8] {
        var text = id.map { "id: \($0)\n" } ?? ""
        text += "event: \(name)\ndata: "
        return Array(text.utf8) + data + Array("\n\n".utf8)
    }
}
