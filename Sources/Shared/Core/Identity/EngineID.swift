/// One concrete endpoint of a backend (this Docker daemon, that cluster), named by itself or by `ENGINE_ID`.
public struct EngineID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) throws(InvalidValue) {
        let allowed = Set("._:/-@".utf8)
        guard (1...150).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || allowed.contains($0) })
        else {
            throw InvalidValue("must be 1 to 150 letters, digits or any of ._:/-@")
        }
        self.text = text
    }

    public var description: String { text }
}

extension EngineID: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try EngineID(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
