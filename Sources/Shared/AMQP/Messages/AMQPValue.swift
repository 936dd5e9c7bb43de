/// A value of a header or an argument table.
public enum AMQPValue: Sendable, Hashable {
    case bool(Bool)
    /// Sent as a signed 64-bit integer; every integer kind is received as this.
    case int(Int64)
    case string(String)
    /// Seconds since 1970.
    case timestamp(UInt64)
    case table([String: AMQPValue])
    case array([AMQPValue])
    /// A kind that nobody here uses (floating point, decimal, void). Sent as void.
    case other
}
