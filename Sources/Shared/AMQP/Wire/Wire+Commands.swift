import CRabbitMQ
import Glibc

extension Wire {
    /// Writes one command; its answer comes as an event. May block while the socket's buffer is full.
    func send(_ command: BrokerCommand) throws(WireError) {
        defer { pool.recycle() }
        switch command {
        case .openChannel(let channel):
            try write(channel, RMQ_CHANNEL_OPEN, amqp_channel_open_t(out_of_band: pool.bytes("")))
        case .closeChannel(let channel):
            assembling[channel] = nil
            let close = amqp_channel_close_t(reply_code: 200, reply_text: pool.bytes("done"), class_id: 0, method_id: 0)
            try write(channel, RMQ_CHANNEL_CLOSE, close)
        case .confirmChannelClose(let channel):
            try write(channel, RMQ_CHANNEL_CLOSE_OK, amqp_channel_close_ok_t())
        case .confirmConnectionClose:
            try write(0, RMQ_CONNECTION_CLOSE_OK, amqp_connection_close_ok_t())
        case .selectConfirms(let channel):
            try write(channel, RMQ_CONFIRM_SELECT, amqp_confirm_select_t(nowait: 0))
        case .setPrefetch(let channel, let count):
            try write(channel, RMQ_BASIC_QOS, amqp_basic_qos_t(prefetch_size: 0, prefetch_count: count, global: 0))
        case .declareExchange, .declareQueue, .inspectQueue, .deleteQueue, .bind:
            try sendTopology(command)
        case .consume(let channel, let options, let tag):
            try consume(channel, options, tag)
        case .cancelConsuming(let channel, let tag):
            let cancel = amqp_basic_cancel_t(consumer_tag: pool.bytes(tag), nowait: 0)
            try write(channel, RMQ_BASIC_CANCEL, cancel)
        case .acknowledge(let channel, let tag, let multiple):
            try write(channel, RMQ_BASIC_ACK, amqp_basic_ack_t(delivery_tag: tag, multiple: multiple ? 1 : 0))
        case .reject(let channel, let tag, let requeue):
            try write(channel, RMQ_BASIC_REJECT, amqp_basic_reject_t(delivery_tag: tag, requeue: requeue ? 1 : 0))
        case .publish(let channel, let outgoing):
            try publish(channel, outgoing)
        }
    }

    private func sendTopology(_ command: BrokerCommand) throws(WireError) {
        switch command {
        case .declareExchange(let channel, let exchange):
            var declare = amqp_exchange_declare_t()
            declare.exchange = pool.bytes(exchange.name)
            declare.type = pool.bytes(exchange.kind)
            declare.durable = exchange.durable ? 1 : 0
            declare.auto_delete = exchange.autoDelete ? 1 : 0
            try write(channel, RMQ_EXCHANGE_DECLARE, declare)
        case .declareQueue(let channel, let queue):
            var declare = amqp_queue_declare_t()
            declare.queue = pool.bytes(queue.name)
            declare.durable = queue.durable ? 1 : 0
            declare.exclusive = queue.exclusive ? 1 : 0
            declare.auto_delete = queue.autoDelete ? 1 : 0
            declare.arguments = pool.table(queue.arguments)
            try write(channel, RMQ_QUEUE_DECLARE, declare)
        case .inspectQueue(let channel, let name):
            var declare = amqp_queue_declare_t()
            declare.queue = pool.bytes(name)
            declare.passive = 1
            try write(channel, RMQ_QUEUE_DECLARE, declare)
        case .deleteQueue(let channel, let name):
            var delete = amqp_queue_delete_t()
            delete.queue = pool.bytes(name)
            try write(channel, RMQ_QUEUE_DELETE, delete)
        case .bind(let channel, let binding):
            var bind = amqp_queue_bind_t()
            bind.queue = pool.bytes(binding.queue)
            bind.exchange = pool.bytes(binding.exchange)
            bind.routing_key = pool.bytes(binding.routingKey)
            try write(channel, RMQ_QUEUE_BIND, bind)
        default: break
        }
    }

    private func consume(_ channel: UInt16, _ options: ConsumerOptions, _ tag: String) throws(WireError) {
        var arguments = options.arguments
        // Asked as late as possible: the reader may have gone on since the subscription was wanted.
        if let offset = options.streamOffset { arguments["x-stream-offset"] = offset().value }
        var consume = amqp_basic_consume_t()
        consume.queue = pool.bytes(options.queue)
        consume.consumer_tag = pool.bytes(tag)
        consume.no_ack = options.automaticAcknowledgement ? 1 : 0
        consume.exclusive = options.exclusive ? 1 : 0
        consume.arguments = pool.table(arguments)
        try write(channel, RMQ_BASIC_CONSUME, consume)
    }

    private func publish(_ channel: UInt16, _ outgoing: OutgoingMessage) throws(WireError) {
        var properties = outgoing.message.properties(in: pool)
        let status = outgoing.message.body.withUnsafeBytes { body in
            amqp_basic_publish(
                connection, channel, pool.bytes(outgoing.exchange), pool.bytes(outgoing.routingKey),
                outgoing.mandatory ? 1 : 0, 0, &properties,
                amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)))
        }
        try check(status, "publish")
    }

    private func write<Method: BitwiseCopyable>(_ channel: UInt16, _ number: amqp_method_number_t, _ method: Method)
        throws(WireError)
    {
        var method = method
        let status = withUnsafeMutableBytes(of: &method) {
            amqp_send_method(connection, channel, number, $0.baseAddress)
        }
        try check(status, "write")
    }
}
