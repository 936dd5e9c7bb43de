import CRabbitMQ

extension String {
    init(decoding bytes: amqp_bytes_t) {
        let count = bytes.bytes == nil ? 0 : bytes.len
        self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: count), as: UTF8.self)
    }
}
