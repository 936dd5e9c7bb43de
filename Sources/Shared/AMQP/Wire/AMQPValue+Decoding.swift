import CRabbitMQ

extension AMQPValue {
    static func table(decoding table: amqp_table_t) -> [String: AMQPValue] {
        var values: [String: AMQPValue] = [:]
        for index in 0..<max(0, Int(table.num_entries)) {
            guard let entry = table.entries?[index] else { continue }
            values[String(decoding: entry.key)] = AMQPValue(entry.value)
        }
        return values
    }

    private init(_ field: amqp_field_value_t) {
        switch amqp_field_value_kind_t(UInt32(field.kind)) {
        case AMQP_FIELD_KIND_BOOLEAN: self = .bool(field.value.boolean != 0)
        case AMQP_FIELD_KIND_I8: self = .int(Int64(field.value.i8))
        case AMQP_FIELD_KIND_U8: self = .int(Int64(field.value.u8))
        case AMQP_FIELD_KIND_I16: self = .int(Int64(field.value.i16))
        case AMQP_FIELD_KIND_U16: self = .int(Int64(field.value.u16))
        case AMQP_FIELD_KIND_I32: self = .int(Int64(field.value.i32))
        case AMQP_FIELD_KIND_U32: self = .int(Int64(field.value.u32))
        case AMQP_FIELD_KIND_I64: self = .int(field.value.i64)
        case AMQP_FIELD_KIND_U64: self = Int64(exactly: field.value.u64).map { .int($0) } ?? .other
        case AMQP_FIELD_KIND_UTF8, AMQP_FIELD_KIND_BYTES: self = .string(String(decoding: field.value.bytes))
        case AMQP_FIELD_KIND_TIMESTAMP: self = .timestamp(field.value.u64)
        case AMQP_FIELD_KIND_TABLE: self = .table(Self.table(decoding: field.value.table))
        case AMQP_FIELD_KIND_ARRAY:
            let array = field.value.array
            let elements = UnsafeBufferPointer(
                start: array.entries, count: array.entries == nil ? 0 : max(0, Int(array.num_entries)))
            self = .array(elements.map { AMQPValue($0) })
        default: self = .other
        }
    }
}
