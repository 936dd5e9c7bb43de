/// A value from outside that is not what its type allows. The text says what is allowed and never repeats the value.
public struct InvalidValue: Error, Equatable, CustomStringConvertible {
    /// What is allowed.
    public let description: String

    public init(_ description: String) { self.description = description }

    /// Decodes a string and parses it, so that what was stored or sent obeys the same rules as what a client sends.
    static func decoding<Value>(
        _ decoder: any Decoder, _ parse: (String) throws(InvalidValue) -> Value
    ) throws -> Value {
        let container = try decoder.singleValueContainer()
        do throws(InvalidValue) {
            return try parse(try Self.string(container))
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    private static func string(_ container: any SingleValueDecodingContainer) throws(InvalidValue) -> String {
        do { return try container.decode(String.self) } catch { throw InvalidValue("must be a string") }
    }
}

extension UInt8 {
    package var isASCIILetterOrDigit: Bool { isASCIILowercase || isASCIIUppercase || isASCIIDigit }
    var isASCIILowercase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isASCIIUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
