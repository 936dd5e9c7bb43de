import Core
import FoundationEssentials

/// JSON from and for the gateway.
enum Answer {
    /// - Throws: `Trouble` when the gateway is another version, or something else answers at its address.
    static func decoded<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(Trouble) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw Trouble(
                "the answer is not what this pmanctl (\(ProgramVersion.text)) understands; is it a pman gateway of the "
                    + "same version?")
        }
    }

    static func encoded(_ value: JSONValue) throws(Trouble) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw Trouble("this cannot be written as JSON: \(error)")
        }
    }
}
