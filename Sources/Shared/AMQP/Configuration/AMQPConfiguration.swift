/// How one connection to a broker behaves.
public struct AMQPConfiguration: Sendable {
    /// The nodes of one cluster, tried in turn.
    public var endpoints: [AMQPEndpoint]
    /// Shown in RabbitMQ's management.
    public var connectionName: String
    /// A silent broker is given up after two of these. At least one second; whole seconds count.
    public var heartbeat: Duration = .seconds(10)
    /// For the TCP (and TLS) connection, and again for the login.
    public var connectTimeout: Duration = .seconds(5)
    /// PEM bundle that a broker's certificate is verified against; nil is the system's, /etc/ssl/certs/ca-certificates.crt.
    public var tlsCACertificateFile: String?
    /// PEM chain that we show to the broker; needs `tlsKeyFile`.
    public var tlsCertificateFile: String?
    public var tlsKeyFile: String?
    /// Between rounds over the endpoints: doubles from the lower to the upper bound, with jitter.
    public var reconnectDelay: ClosedRange<Duration> = .milliseconds(100) ... .seconds(10)
    /// Unconfirmed messages on the wire at once.
    public var publishWindow = 256
    /// Publishes waiting for the broker beyond which a publish throws `outboxFull` at once.
    public var outboxLimit = 20_000

    public init(endpoints: [AMQPEndpoint], connectionName: String) {
        self.endpoints = endpoints
        self.connectionName = connectionName
    }
}
