@testable import AMQP
import CRabbitMQ
import Glibc

extension FuzzTarget {
    /// What librabbitmq makes of a frame, and what this makes of that.
    static let tables = [
        FuzzTarget("amqp-table") { bytes in
            var pool = amqp_pool_t()
            init_amqp_pool(&pool, 4096)
            defer { empty_amqp_pool(&pool) }
            var table = amqp_table_t()
            var offset = 0
            guard decode({ amqp_decode_table($0, &pool, &table, &offset) }, bytes) else { return }
            let values = AMQPValue.table(decoding: table)
            let scratch = ScratchPool()
            defer { withExtendedLifetime(scratch) {} }
            let again = AMQPValue.table(decoding: scratch.table(values))
            // `other` is what this program never sends.
            expect(again == values, "a table that was read and written is the same table")
        },
        FuzzTarget("amqp-properties") { bytes in
            var pool = amqp_pool_t()
            init_amqp_pool(&pool, 4096)
            defer { empty_amqp_pool(&pool) }
            var decoded: UnsafeMutableRawPointer?
            guard decode({ amqp_decode_properties(UInt16(AMQP_BASIC_CLASS), &pool, $0, &decoded) }, bytes),
                let decoded
            else { return }
            let properties = decoded.assumingMemoryBound(to: amqp_basic_properties_t.self).pointee
            let message = AMQPMessage(decoding: properties)
            let scratch = ScratchPool()
            defer { withExtendedLifetime(scratch) {} }
            let again = AMQPMessage(decoding: message.properties(in: scratch))
            expect(again.messageID == message.messageID && again.headers == message.headers, "so are properties")
        },
    ]

    /// Runs one of librabbitmq's decoders on bytes that are really no longer than they say.
    private static func decode(_ run: (amqp_bytes_t) -> Int32, _ bytes: [UInt8]) -> Bool {
        guard let copy = malloc(max(1, bytes.count)) else { return false }
        // What was decoded points into it: it is freed with the next input.
        free(lent)
        lent = copy
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        return run(amqp_bytes_t(len: bytes.count, bytes: copy)) == AMQP_STATUS_OK.rawValue
    }

    nonisolated(unsafe) private static var lent: UnsafeMutableRawPointer?
}
