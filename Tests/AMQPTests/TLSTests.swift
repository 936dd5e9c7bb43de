import AMQP
import Support
import Testing

@Suite struct TLSTests {
    @Test func `A broker is verified by authority and by name`() async throws {
        let certificates = try await PrivateBrokerCertificates()
        let broker = try PrivateBroker(PrivateBrokerOptions(certificates: certificates))
        try await broker.start()
        defer { broker.stop() }

        let trusting = try ConnectionFixture(broker.tlsURL, topology: Topology(queues: [.quorum("q")])) {
            $0.tlsCACertificateFile = certificates.authorityFile
        }
        try await trusting.connection.publish(
            AMQPMessage(body: Array(repeating: 1, count: 300_000)), routingKey: "q", timeout: .seconds(20))
        let reader = ConsumerReader(trusting.connection.consume(ConsumerOptions(queue: "q", prefetch: 1)))
        #expect(try await reader.delivery().message.body.count == 300_000)
        try await trusting.close()

        let stranger = try ConnectionFixture(broker.tlsURL)
        try await stranger.waitForState("refused") { state in
            if case .connecting(_, .some(let error)) = state { error.contains("trusted authority") } else { false }
        }
        try await stranger.close()

        let misnamed = try ConnectionFixture("amqps://127.0.0.1:\(broker.tlsPort)/") {
            $0.tlsCACertificateFile = certificates.authorityFile
        }
        try await misnamed.waitForState("refused") { state in
            if case .connecting(_, .some(let error)) = state { error.contains("host name") } else { false }
        }
        try await misnamed.close()

        let lost = try ConnectionFixture(broker.tlsURL) { $0.tlsCACertificateFile = "/no/such/file" }
        try await lost.waitForState("refused") { state in
            if case .connecting(_, .some(let error)) = state { error.contains("/no/such/file") } else { false }
        }
        try await lost.close()
    }
}
