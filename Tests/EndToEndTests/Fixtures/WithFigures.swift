import Support

/// Runs `body` with an installation on a broker of its own that tells its figures, and a gateway that reads them.
func withFigures(_ body: (Site, GatewayProcess, PrivateBroker) async throws -> Void) async throws {
    var options = PrivateBrokerOptions()
    options.prometheus = true
    let broker = try PrivateBroker(options)
    defer { broker.stop() }
    try await broker.start()
    try await withSite(broker: broker) { site in
        let gateway = try await site.gateway(["BROKER_METRICS_URL": "http://127.0.0.1:\(broker.prometheusPort)"])
        try await body(site, gateway, broker)
    }
}
