import CRabbitMQ

/// Memory for the arguments of one call to librabbitmq.
final class ScratchPool {
    private var pool = amqp_pool_t()

    init() {
        init_amqp_pool(&pool, 4096)
    }

    deinit {
        empty_amqp_pool(&pool)
    }

    /// Takes back everything that was given.
    func recycle() {
        recycle_amqp_pool(&pool)
    }

    /// - Returns: room for `count` values; nil for none, or without memory.
    func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value>? {
        guard count > 0 else { return nil }
        return amqp_pool_alloc(&pool, count * MemoryLayout<Value>.stride)?.bindMemory(to: type, capacity: count)
    }

    func bytes(_ text: String) -> amqp_bytes_t {
        var text = text
        return text.withUTF8 { utf8 in
            guard let room = allocate(UInt8.self, count: utf8.count), let source = utf8.baseAddress else {
                return amqp_bytes_t(len: 0, bytes: nil)
            }
            room.initialize(from: source, count: utf8.count)
            return amqp_bytes_t(len: utf8.count, bytes: room)
        }
    }

    /// A C string.
    func cString(_ text: String) -> UnsafePointer<CChar>? {
        UnsafeRawPointer(bytes(text + "\0").bytes)?.assumingMemoryBound(to: CChar.self)
    }
}
