/// Makes text of bytes that come in pieces; pure. A character that is cut in two waits for its other half; what is not
/// UTF-8 is replaced.
public struct IncrementalText: Sendable {
    private var kept: [UInt8] = []

    public init() {}

    /// The text that is whole by now.
    public mutating func take(_ bytes: [UInt8]) -> String {
        let all = kept + bytes
        let cut = Self.unfinished(all)
        kept = Array(all.suffix(cut))
        return String(decoding: all.dropLast(cut), as: UTF8.self)
    }

    /// What is left when no more bytes come.
    public mutating func finish() -> String {
        defer { kept = [] }
        return String(decoding: kept, as: UTF8.self)
    }

    /// How many bytes at the end begin a character whose rest is missing.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
