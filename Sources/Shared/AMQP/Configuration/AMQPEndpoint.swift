/// One node of a broker, and who we are to it.
public struct AMQPEndpoint: Sendable, Hashable {
    /// A DNS name, or an IP address without brackets. With `tls` it must be a name: the certificate is matched
    /// against DNS names only, an address never matches.
    public var host: String
    public var port: UInt16
    public var user: String
    public var password: String
    /// `/` is the broker's default.
    public var virtualHost: String
    /// Encrypted, with the broker's certificate and host name verified.
    public var tls: Bool

    /// What logs and errors call this node: host and port.
    var node: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension AMQPEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL without its password.
    public var description: String {
        "\(tls ? "amqps" : "amqp")://\(user):***@\(node)/\(virtualHost)"
    }

    public var debugDescription: String { description }

    /// `dump` and string interpolation of an enclosing value go through the mirror: it must not show the password.
    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
