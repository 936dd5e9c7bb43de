/// One connection to one node, from login to loss.
struct Session: Sendable {
    let generation: UInt64
    let node: String
    /// The largest frame in bytes, as negotiated.
    let frameMax: Int
    let since: ContinuousClock.Instant
    var channels: ChannelTable
    /// The topology is declared: consumers and publishing may go.
    var isReady = false
    /// Why the broker takes no messages.
    var blocked: String?
    var answers = AnswerWatch()
}
