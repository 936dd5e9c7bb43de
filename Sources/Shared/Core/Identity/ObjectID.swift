/// What an engine calls the thing that runs a job: a container's id, a service's, a Job's UID.
public struct ObjectID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) throws(InvalidValue) {
        let allowed = Set("._:-".utf8)
        guard (1...200).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || allowed.contains($0) })
        else {
            throw InvalidValue("must be 1 to 200 letters, digits or any of ._:-")
        }
        self.text = text
    }

    public var description: String { text }
}

extension ObjectID: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try ObjectID(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
