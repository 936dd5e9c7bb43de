import CRabbitMQ
import Glibc

extension Wire {
    static let systemCertificates = "/etc/ssl/certs/ca-certificates.crt"
    /// RabbitMQ's own default.
    private static let channelMax: Int32 = 2047
    private static let endedWithoutAWord = [
        AMQP_STATUS_SSL_ERROR, AMQP_STATUS_SOCKET_ERROR, AMQP_STATUS_CONNECTION_CLOSED,
    ].map(\.rawValue)

    func connect(_ endpoint: AMQPEndpoint, _ configuration: AMQPConfiguration) throws(WireError) {
        let socket = endpoint.tls ? try tlsSocket(configuration) : amqp_tcp_socket_new(connection)
        guard let socket else { throw WireError("out of memory") }
        var timeout = timeval(configuration.connectTimeout)
        try check(amqp_socket_open_noblock(socket, endpoint.host, Int32(endpoint.port), &timeout), "connect")
        timeout = timeval(configuration.connectTimeout)
        amqp_set_handshake_timeout(connection, &timeout)
        try login(endpoint, configuration)
    }

    private func tlsSocket(_ configuration: AMQPConfiguration) throws(WireError) -> OpaquePointer? {
        guard let socket = amqp_ssl_socket_new(connection) else { throw WireError("out of memory") }
        amqp_ssl_socket_set_verify_peer(socket, 1)
        amqp_ssl_socket_set_verify_hostname(socket, 1)
        try check(
            amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST), "TLS versions")
        let authorities = configuration.tlsCACertificateFile ?? Self.systemCertificates
        guard amqp_ssl_socket_set_cacert(socket, authorities) == 0 else {
            throw WireError("the CA certificate file \(authorities) cannot be read")
        }
        if let certificate = configuration.tlsCertificateFile, let key = configuration.tlsKeyFile {
            guard amqp_ssl_socket_set_key(socket, certificate, key) == 0 else {
                throw WireError("the certificate \(certificate) or its key \(key) cannot be read")
            }
        }
        return socket
    }

    private func login(_ endpoint: AMQPEndpoint, _ configuration: AMQPConfiguration) throws(WireError) {
        defer { pool.recycle() }
        // Without these a consumer goes deaf when its queue is deleted, and a publisher hangs in a memory alarm.
        let capabilities: [String: AMQPValue] = [
            "publisher_confirms": .bool(true), "basic.nack": .bool(true), "connection.blocked": .bool(true),
            "consumer_cancel_notify": .bool(true), "authentication_failure_close": .bool(true),
        ]
        var properties = pool.table([
            "product": .string("pman"), "connection_name": .string(configuration.connectionName),
            "capabilities": .table(capabilities),
        ])
        let heartbeat = Int32(clamping: max(1, configuration.heartbeat.components.seconds))
        let reply = rmq_login_plain(
            connection, pool.cString(endpoint.virtualHost), Self.channelMax, Int32(OutgoingMessage.frameMax), heartbeat,
            &properties, pool.cString(endpoint.user), pool.cString(endpoint.password))
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_LIBRARY_EXCEPTION where endpoint.tls && Self.endedWithoutAWord.contains(reply.library_error):
            // With TLS 1.3 that is how a broker refuses a certificate, or that there is none.
            throw WireError("login: the broker ended the connection; does it ask for a certificate that it trusts?")
        case AMQP_RESPONSE_LIBRARY_EXCEPTION: try check(reply.library_error, "login")
        case AMQP_RESPONSE_SERVER_EXCEPTION where reply.reply.id == RMQ_CONNECTION_CLOSE:
            let close = reply.reply.decoded?.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            guard let close else { break }
            throw WireError("login: \(close.reply_code) \(String(decoding: close.reply_text))")
        default: break
        }
        throw WireError("login: the broker ended the connection")
    }
}

extension timeval {
    init(_ duration: Duration) {
        let parts = duration.components
        self.init(tv_sec: Int(parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
    }
}
