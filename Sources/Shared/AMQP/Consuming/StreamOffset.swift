/// Where a subscription to a stream begins.
public enum StreamOffset: Sendable, Hashable {
    /// The oldest entry that is still there.
    case first
    /// The last chunk.
    case last
    /// What is appended from now on.
    case next
    /// Exactly this entry. A truncated one silently begins at the oldest retained: compare what arrives first.
    case offset(Int64)

    /// A number must be a signed 64-bit integer: as text it is refused with 406.
    var value: AMQPValue {
        switch self {
        case .first: .string("first")
        case .last: .string("last")
        case .next: .string("next")
        case .offset(let offset): .int(offset)
        }
    }
}
