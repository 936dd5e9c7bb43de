import CRabbitMQ
import Glibc

/// One librabbitmq connection. It belongs to the thread that made it.
final class Wire {
    let connection: amqp_connection_state_t
    let pool = ScratchPool()
    /// Messages whose header or body is still to come, by channel.
    var assembling: [UInt16: PartialMessage] = [:]

    /// Connects and logs in; blocks, at most for twice the timeout (and the name lookup).
    init(_ endpoint: AMQPEndpoint, _ configuration: AMQPConfiguration) throws(WireError) {
        guard let connection = amqp_new_connection() else { throw WireError("out of memory") }
        self.connection = connection
        do throws(WireError) {
            try connect(endpoint, configuration)
        } catch {
            throw WireError("\(endpoint.node): \(error)")
        }
    }

    deinit {
        amqp_destroy_connection(connection)
    }

    var socket: Int32 { amqp_get_sockfd(connection) }
    var frameMax: Int { Int(amqp_get_frame_max(connection)) }
    var channelMax: UInt16 { UInt16(clamping: amqp_get_channel_max(connection)) }
    /// Seconds, as negotiated.
    var heartbeat: Int { Int(amqp_get_heartbeat(connection)) }

    /// Frames or bytes have been read that `poll(2)` does not know of.
    var hasBuffered: Bool {
        amqp_frames_enqueued(connection) != 0 || amqp_data_in_buffer(connection) != 0
    }

    /// Says goodbye and waits a second at most for the answer.
    func closePolitely() {
        var timeout = timeval(tv_sec: 1, tv_usec: 0)
        amqp_set_rpc_timeout(connection, &timeout)
        _ = amqp_connection_close(connection, AMQP_REPLY_SUCCESS)
    }

    func check(_ status: Int32, _ what: String) throws(WireError) {
        guard status < 0 else { return }
        // The library says no more than "a socket error occurred".
        if status == AMQP_STATUS_SOCKET_ERROR.rawValue {
            throw WireError(what == "connect" ? "connection refused or host unreachable" : "connection reset")
        }
        throw WireError("\(what): \(Self.text(of: status))")
    }

    static func text(of status: Int32) -> String {
        switch status {
        case AMQP_STATUS_HEARTBEAT_TIMEOUT.rawValue: "the broker is silent (no heartbeat)"
        case AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue:
            // The library does not say which.
            "the broker's certificate has expired or is not signed by a trusted authority (see its dates, and the CA certificate file)"
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue:
            "the broker's certificate is for another host name (an IP address never matches)"
        default: String(cString: amqp_error_string2(status))
        }
    }
}
