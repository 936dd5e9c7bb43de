import AMQP
import HTTPTypes

/// Whether the process lives, and whether it can answer everything.
struct HealthAPI: Sendable {
    let freshness: Freshness
    let publishing: AMQPConnection
    let consuming: AMQPConnection

    func live() -> Answer { .json(.ok, ["status": "alive"]) }

    func ready() -> Answer {
        for (name, connection) in [("publishing", publishing), ("consuming", consuming)] {
            switch connection.state {
            case .connected: continue
            case .blocked(_, let reason):
                return .unavailable("the broker blocks the \(name) connection (\(reason)): free its memory or disk")
            case .connecting(_, let lastError):
                return .unavailable("the broker is not connected for \(name): \(lastError ?? "connecting")")
            case .closed: return .unavailable("the gateway is stopping")
            }
        }
        guard freshness.isReady, freshness.isConnected else {
            return .unavailable("the log is being read")
        }
        return .json(.ok, ["status": "ready"])
    }
}
