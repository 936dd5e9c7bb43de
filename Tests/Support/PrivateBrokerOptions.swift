/// What a private broker is to have beside AMQP.
public struct PrivateBrokerOptions: Sendable {
    /// The management plugin's HTTP API; makes the start slower.
    public var management = false
    /// `/metrics` for Prometheus.
    public var prometheus = false
    /// Also listens with TLS, with these.
    public var certificates: PrivateBrokerCertificates?
    /// Further lines of `rabbitmq.conf`.
    public var configuration: [String] = []

    public init(
        management: Bool = false, prometheus: Bool = false, certificates: PrivateBrokerCertificates? = nil,
        configuration: [String] = []
    ) {
        self.management = management
        self.prometheus = prometheus
        self.certificates = certificates
        self.configuration = configuration
    }
}
