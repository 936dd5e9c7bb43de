/// Where a connection stands.
public enum ConnectionState: Sendable, Equatable {
    /// Not usable yet, or not any more. `attempt` counts from 1 since the last time that it was usable;
    /// `lastError` is one line that names the node and holds no password.
    case connecting(attempt: Int, lastError: String?)
    /// Logged in and everything declared. `generation` rises with each new connection.
    case connected(generation: UInt64, node: String)
    /// Connected, but the broker takes no messages (memory or disk alarm).
    case blocked(generation: UInt64, reason: String)
    case closed
}
