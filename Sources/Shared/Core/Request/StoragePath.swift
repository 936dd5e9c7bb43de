/// A directory below the storage root that cannot leave it.
///
/// Slashes at both ends and doubled ones are dropped; `.` and `..` and control characters are refused, and so is the
/// root itself: a job that could write there could write into every other job's data.
public struct StoragePath: Sendable, Hashable, CustomStringConvertible {
    /// The components joined by single slashes, without one at either end.
    public let text: String

    public init(_ text: String) throws(InvalidValue) {
        // By bytes: a slash with a combining character after it is another `Character`, but still a slash to the kernel.
        let components = text.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        guard !components.isEmpty else {
            throw InvalidValue("must name a directory below the storage root")
        }
        guard !components.contains(where: { $0 == "." || $0 == ".." }) else {
            throw InvalidValue("must be relative to the storage root, without '.' and '..' in it")
        }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw InvalidValue("must not have control characters in it")
        }
        guard text.utf8.count <= 4000, components.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw InvalidValue("must not be longer than 4000 bytes, nor any part of it longer than 255")
        }
        self.text = components.joined(separator: "/")
    }

    public var description: String { text }

    /// The path on the host, below `root`.
    public func below(_ root: String) -> String {
        root.hasSuffix("/") ? root + text : root + "/" + text
    }
}

extension StoragePath {
    public static func == (one: StoragePath, other: StoragePath) -> Bool { one.text.hasSameBytes(as: other.text) }
}

extension StoragePath: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try StoragePath(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
