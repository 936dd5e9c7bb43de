import FoundationEssentials

/// A message's body as JSON. The sole place where a body is written or read.
public enum JSONMessage {
    /// - Throws: `EncodingError`, which needs a value that JSON cannot hold; no message of ours has one.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// - Throws: `DecodingError` for what is not such a message.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        guard !startsAsAnotherEncoding(bytes) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "must be JSON in UTF-8"))
        }
        return try JSONDecoder().decode(type, from: Data(bytes))
    }

    /// A byte order mark, or the zero bytes by which Foundation recognises UTF-16 and UTF-32: JSON between programs has
    /// neither (RFC 8259, section 8.1).
    private static func startsAsAnotherEncoding(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
            || bytes.prefix(4).contains(0)
    }
}
