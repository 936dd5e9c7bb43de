import FoundationEssentials

/// JSON as the engine writes and reads it.
enum DockerJSON {
    static func encode(_ value: some Encodable) throws(DockerError) -> [UInt8] {
        do {
            return Array(try JSONEncoder.stable.encode(value))
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

    /// A refusal in the engine's words: `{"message": …}`, or else the text as it is.
    ///
    /// Podman 4.3 answers 500 where Docker answers 409, and names the case in `cause`.
    static func refusal(_ status: Int, _ body: [UInt8]) -> (status: Int, message: String) {
        struct Refusal: Decodable {
            var message: String
            var cause: String?
        }
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body)) else {
            return (status, excerpt(body))
        }
        let conflicts = ["that name is already in use", "container state improper"]
        let isConflict = status == 500 && refusal.cause.map(conflicts.contains) ?? false
        return (isConflict ? 409 : status, refusal.message)
    }

    private static func excerpt(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(300), as: UTF8.self)
    }
}
