import CRabbitMQ

extension AMQPMessage {
    /// The properties that came with a message whose body is still to come.
    init(decoding properties: amqp_basic_properties_t) {
        self.init(body: [])
        func text(_ flag: amqp_flags_t, _ bytes: amqp_bytes_t) -> String? {
            properties._flags & flag == 0 ? nil : String(decoding: bytes)
        }
        contentType = text(RMQ_CONTENT_TYPE_FLAG, properties.content_type) ?? ""
        type = text(RMQ_TYPE_FLAG, properties.type)
        messageID = text(RMQ_MESSAGE_ID_FLAG, properties.message_id)
        correlationID = text(RMQ_CORRELATION_ID_FLAG, properties.correlation_id)
        replyTo = text(RMQ_REPLY_TO_FLAG, properties.reply_to)
        expiration = text(RMQ_EXPIRATION_FLAG, properties.expiration).flatMap { Int64($0) }.map { .milliseconds($0) }
        persistent = properties._flags & RMQ_DELIVERY_MODE_FLAG != 0 && properties.delivery_mode == 2
        if properties._flags & RMQ_HEADERS_FLAG != 0 { headers = AMQPValue.table(decoding: properties.headers) }
        timestamp = properties._flags & RMQ_TIMESTAMP_FLAG == 0 ? nil : properties.timestamp
    }

    /// - Returns: properties that point into `pool`.
    func properties(in pool: ScratchPool) -> amqp_basic_properties_t {
        var properties = amqp_basic_properties_t()
        properties._flags = RMQ_DELIVERY_MODE_FLAG
        properties.delivery_mode = persistent ? 2 : 1
        func set(_ text: String?, _ flag: amqp_flags_t, _ field: WritableKeyPath<amqp_basic_properties_t, amqp_bytes_t>)
        {
            guard let text else { return }
            properties._flags |= flag
            properties[keyPath: field] = pool.bytes(text)
        }
        set(contentType.isEmpty ? nil : contentType, RMQ_CONTENT_TYPE_FLAG, \.content_type)
        set(type, RMQ_TYPE_FLAG, \.type)
        set(messageID, RMQ_MESSAGE_ID_FLAG, \.message_id)
        set(correlationID, RMQ_CORRELATION_ID_FLAG, \.correlation_id)
        set(replyTo, RMQ_REPLY_TO_FLAG, \.reply_to)
        set(expiration.map { String(max(0, $0.milliseconds)) }, RMQ_EXPIRATION_FLAG, \.expiration)
        if !headers.isEmpty {
            properties._flags |= RMQ_HEADERS_FLAG
            properties.headers = pool.table(headers)
        }
        if let timestamp {
            properties._flags |= RMQ_TIMESTAMP_FLAG
            properties.timestamp = timestamp
        }
        return properties
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
