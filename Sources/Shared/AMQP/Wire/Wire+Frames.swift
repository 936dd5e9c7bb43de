import CRabbitMQ
import Glibc

extension Wire {
    /// Reads what is there, without waiting, and appends at most `limit` frames' worth of events.
    ///
    /// Everything is copied out of a frame before the next one is read, and frames are put together per channel:
    /// librabbitmq's own helpers lose frames when several channels are in use.
    func read(into events: inout [BrokerEvent], limit: Int) throws(WireError) {
        var frame = amqp_frame_t()
        for _ in 0..<limit {
            var now = timeval(tv_sec: 0, tv_usec: 0)
            let status = amqp_simple_wait_frame_noblock(connection, &frame, &now)
            if status == AMQP_STATUS_TIMEOUT.rawValue { return }
            try check(status, "read")
            if let event = try event(from: frame) { events.append(event) }
            if assembling[frame.channel] == nil { amqp_maybe_release_buffers_on_channel(connection, frame.channel) }
        }
    }

    private func event(from frame: amqp_frame_t) throws(WireError) -> BrokerEvent? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD: return event(from: frame.payload.method, channel: frame.channel)
        case AMQP_FRAME_HEADER:
            let header = frame.payload.properties
            guard assembling[frame.channel] != nil, let decoded = header.decoded else { return nil }
            let properties = decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
            assembling[frame.channel]?.message = AMQPMessage(decoding: properties)
            assembling[frame.channel]?.missing = Int(clamping: header.body_size)
            // The size is the broker's word; a small reservation is enough of a head start.
            assembling[frame.channel]?.message?.body.reserveCapacity(min(Int(clamping: header.body_size), 1 << 20))
            return completed(frame.channel)
        case AMQP_FRAME_BODY:
            let fragment = frame.payload.body_fragment
            guard let missing = assembling[frame.channel]?.missing else { return nil }
            guard fragment.len <= missing else { throw WireError("a message is larger than it was announced") }
            let bytes = UnsafeRawBufferPointer(start: fragment.bytes, count: fragment.len)
            assembling[frame.channel]?.message?.body.append(contentsOf: bytes)
            assembling[frame.channel]?.missing -= fragment.len
            return completed(frame.channel)
        default: return nil
        }
    }

    private func completed(_ channel: UInt16) -> BrokerEvent? {
        guard let event = assembling[channel]?.event(channel: channel) else { return nil }
        assembling[channel] = nil
        return event
    }

    private func event(from method: amqp_method_t, channel: UInt16) -> BrokerEvent? {
        func decoded<Method>(_ type: Method.Type) -> Method? {
            method.decoded?.assumingMemoryBound(to: type).pointee
        }
        switch method.id {
        case RMQ_CHANNEL_OPEN_OK: return .channelOpened(channel: channel)
        case RMQ_CHANNEL_CLOSE_OK: return .channelCloseConfirmed(channel: channel)
        case RMQ_CONFIRM_SELECT_OK: return .confirmsSelected(channel: channel)
        case RMQ_BASIC_QOS_OK: return .prefetchSet(channel: channel)
        case RMQ_BASIC_CONSUME_OK: return .consuming(channel: channel)
        case RMQ_BASIC_CANCEL_OK: return .consumingEnded(channel: channel)
        case RMQ_BASIC_CANCEL: return .cancelledByBroker(channel: channel)
        case RMQ_EXCHANGE_DECLARE_OK, RMQ_QUEUE_BIND_OK, RMQ_QUEUE_DELETE_OK:
            return .declared(channel: channel, counts: nil)
        case RMQ_QUEUE_DECLARE_OK:
            let counts = decoded(amqp_queue_declare_ok_t.self).map {
                QueueCounts(ready: Int($0.message_count), consumers: Int($0.consumer_count))
            }
            return .declared(channel: channel, counts: counts)
        case RMQ_BASIC_ACK:
            return decoded(amqp_basic_ack_t.self).map {
                .acknowledged(channel: channel, tag: $0.delivery_tag, multiple: $0.multiple != 0)
            }
        case RMQ_BASIC_NACK:
            return decoded(amqp_basic_nack_t.self).map {
                .refused(channel: channel, tag: $0.delivery_tag, multiple: $0.multiple != 0)
            }
        case RMQ_BASIC_DELIVER:
            assembling[channel] = decoded(amqp_basic_deliver_t.self).map {
                PartialMessage(
                    .delivery(tag: $0.delivery_tag, redelivered: $0.redelivered != 0),
                    exchange: String(decoding: $0.exchange), routingKey: String(decoding: $0.routing_key))
            }
            return nil
        case RMQ_BASIC_RETURN:
            assembling[channel] = decoded(amqp_basic_return_t.self).map {
                PartialMessage(
                    .returned(code: Int($0.reply_code), text: String(decoding: $0.reply_text)),
                    exchange: String(decoding: $0.exchange), routingKey: String(decoding: $0.routing_key))
            }
            return nil
        case RMQ_CHANNEL_CLOSE:
            assembling[channel] = nil
            return decoded(amqp_channel_close_t.self).map {
                .channelClosed(
                    channel: channel, code: Int($0.reply_code),
                    text: WireError(String(decoding: $0.reply_text)).description)
            }
        case RMQ_CONNECTION_BLOCKED:
            return decoded(amqp_connection_blocked_t.self).map { .blocked(reason: String(decoding: $0.reason)) }
        case RMQ_CONNECTION_UNBLOCKED: return .unblocked
        case RMQ_CONNECTION_CLOSE:
            return decoded(amqp_connection_close_t.self).map {
                .connectionClosed(
                    code: Int($0.reply_code), text: WireError(String(decoding: $0.reply_text)).description)
            }
        default: return nil
        }
    }
}
