import FoundationEssentials

/// JSON as the engine writes and reads it.
enum DockerJSON {
    static func encode(_ value: some Encodable) throws(DockerError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw .malformed("\(error)")
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(DockerError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .malformed("\(type): \(error): \(excerpt(bytes))")
        }
    }

    /// The `filters` of lists and events.
    static func filters(_ filters: [String: [String]]) throws(DockerError) -> String {
        String(decoding: try encode(filters.filter { !$0.value.isEmpty }), as: UTF8.self)
    }

    /// What the engine says about a refusal: `{"message": …}`, or else the text as it is.
    static func message(_ body: [UInt8]) -> String {
        struct Refusal: Decodable { var message: String }
        if let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body)) { return refusal.message }
        return excerpt(body)
    }

    private static func excerpt(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(300), as: UTF8.self)
    }
}
