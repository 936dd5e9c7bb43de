/// What a consumer is to be told.
enum ConsumerSignal: Sendable {
    case registered(generation: UInt64)
    case delivered(IncomingMessage, generation: UInt64)
    case interrupted(reason: String)
    /// No more comes.
    case ended
}
