public import AMQP
public import Exposition

extension Exposition {
    /// Whether each connection to the broker is there, and how often it had to be made again.
    public func readConnections(_ connections: [(String, AMQPConnection)]) {
        read("pman_broker_connected", "Whether the connection to the broker is there") {
            connections.map { name, connection in
                switch connection.state {
                case .connected, .blocked: Sample(1, [("connection", name)])
                case .connecting, .closed: Sample(0, [("connection", name)])
                }
            }
        }
        read("pman_broker_reconnects_total", "How often the connection to the broker was made again", isCounter: true) {
            connections.map { name, connection in
                Sample(Double(connection.reconnects), [("connection", name)])
            }
        }
    }
}
