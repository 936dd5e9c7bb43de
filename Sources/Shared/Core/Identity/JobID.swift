/// The name a client gave its job; safe as a part of a container's name, of a URL and of a log line.
///
/// Begins with a letter or a digit and goes on with letters, digits, `_`, `.` and `-`, which is what Docker
/// allows in a container's name; 200 characters at the most.
public struct JobID: Sendable, Hashable, CustomStringConvertible {
    /// The longest id in characters.
    public static let maximumLength = 200

    /// The id as the client wrote it.
    public let text: String

    /// - Throws: `InvalidValue` saying what is allowed.
    public init(_ text: String) throws(InvalidValue) {
        let bytes = text.utf8
        guard let first = bytes.first, first.isASCIILetterOrDigit,
            bytes.allSatisfy({
                $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            })
        else {
            throw InvalidValue("must begin with a letter or digit and have only letters, digits, '_', '.' and '-'")
        }
        guard bytes.count <= Self.maximumLength else {
            throw InvalidValue("must not be longer than \(Self.maximumLength) characters")
        }
        self.text = text
    }

    public var description: String { text }
}

extension JobID: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try JobID(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
