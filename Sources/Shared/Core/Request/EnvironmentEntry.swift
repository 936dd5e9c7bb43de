/// One `key=value` for a job's environment.
public struct EnvironmentEntry: Sendable, Hashable, CustomStringConvertible {
    /// The longest entry in bytes that Linux passes to a program (MAX_ARG_STRLEN, execve(2)), with its final NUL.
    public static let maximumBytes = 131_072

    public let text: String

    public init(_ text: String) throws(InvalidValue) {
        guard let equals = text.utf8.firstIndex(of: Self.equals), equals != text.startIndex else {
            throw InvalidValue("must be a list of \"key=value\" strings")
        }
        guard !text.utf8.contains(0) else { throw InvalidValue("must not have NUL characters in it") }
        guard text.utf8.count < Self.maximumBytes else {
            throw InvalidValue("must not have an entry longer than \(Self.maximumBytes - 1) bytes")
        }
        self.text = text
    }

    /// What stands before the first `=`.
    public var key: Substring { Substring(text.utf8.prefix { $0 != Self.equals }) }

    // Looked for by bytes: with a combining character after it, it would be another `Character`.
    private static let equals = UInt8(ascii: "=")

    public var description: String { text }
}

extension EnvironmentEntry {
    public static func == (one: EnvironmentEntry, other: EnvironmentEntry) -> Bool {
        one.text.hasSameBytes(as: other.text)
    }
}

extension EnvironmentEntry: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try EnvironmentEntry(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
