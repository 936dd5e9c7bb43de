/// What happens to a consumer.
public enum ConsumerEvent: Sendable {
    /// The broker accepted the subscription. Comes once per generation, before any delivery of it.
    case registered(generation: UInt64)
    case delivery(Delivery)
    /// The connection or the channel was lost, or the queue deleted: unacknowledged deliveries before this are void.
    case interrupted(reason: String)
}
