public import AMQP
public import Exposition
import Threads

extension Exposition {
    /// Adds how often each connection was lost and made again.
    public func collectReconnects(of connections: [(String, AMQPConnection)]) {
        let known = Locked<[String: UInt64]>([:])
        collect("pman_broker_reconnects_total", .counter, help: "Connections to the broker after the first one.") {
            connections.map { name, connection in
                let count = known.withLock { known in
                    switch connection.state {
                    case .connected(let generation, _), .blocked(let generation, _):
                        known[name] = max(known[name] ?? 0, generation > 0 ? generation - 1 : 0)
                    case .connecting, .closed: break
                    }
                    return known[name] ?? 0
                }
                return Sample([("connection", name)], Double(count))
            }
        }
    }
}
