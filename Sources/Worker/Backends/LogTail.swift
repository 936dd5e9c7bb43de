import Core

/// The end of a byte stream: its last lines, within a bound on bytes. Memory stays within that bound as well.
struct LogTail: Sendable {
    /// The line in front of a text whose beginning the bound on bytes has cut off.
    static let marker = CutMark.text

    private let maximumLines: Int?
    private let maximumBytes: Int
    /// The last bytes; once full a ring whose oldest byte is at `oldest`.
    private var ring: [UInt8] = []
    private var oldest = 0
    /// The byte before the oldest one kept; nil: nothing was dropped.
    private var lastDropped: UInt8?

    /// - Parameters:
    ///   - maximumLines: nil: only bytes count.
    ///   - maximumBytes: of the text, with the marker, in UTF-8.
    init(maximumLines: Int?, maximumBytes: Int) {
        self.maximumLines = maximumLines
        self.maximumBytes = max(0, maximumBytes)
    }

    /// Takes more of the stream, however it was cut.
    mutating func append(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if rest.count > maximumBytes {
            lastDropped = rest.dropLast(maximumBytes).last
            rest = rest.suffix(maximumBytes)
            (ring, oldest) = ([], 0)
        }
        let free = rest.prefix(maximumBytes - ring.count)
        ring += free
        rest = rest.dropFirst(free.count)
        while !rest.isEmpty {
            let part = rest.prefix(ring.count - oldest)
            let end = oldest + part.count
            lastDropped = ring[end - 1]
            ring.replaceSubrange(oldest..<end, with: part)
            oldest = end == ring.count ? 0 : end
            rest = rest.dropFirst(part.count)
        }
    }

    /// The tail so far. What is not UTF-8 is replaced, and no character is cut in two.
    var text: String {
        var bytes = Array(ring[oldest...] + ring[..<oldest])
        var isCut = lastDropped != nil
        if let start = startOfLastLines(bytes) {
            bytes.removeFirst(start)
            isCut = false
        }
        if isCut { bytes.removeFirst(bytes.prefix(3).prefix { $0 & 0xC0 == 0x80 }.count) }
        let text = String(decoding: bytes, as: UTF8.self)
        // Replacing can make it longer.
        guard isCut || text.utf8.count > maximumBytes else { return text }
        let marker = Self.marker.utf8.count <= maximumBytes ? Self.marker : ""
        return marker + Self.end(of: text, bytes: maximumBytes - marker.utf8.count)
    }

    /// Where the last `maximumLines` lines begin; nil: not in what is left.
    private func startOfLastLines(_ bytes: [UInt8]) -> Int? {
        guard let maximumLines else { return nil }
        guard maximumLines > 0 else { return bytes.count }
        var lines = 0
        // The line break at the very end ends the last line and begins none.
        for index in bytes.indices.dropLast().reversed() where bytes[index] == 10 {
            lines += 1
            if lines == maximumLines { return index + 1 }
        }
        return lines + 1 == maximumLines && lastDropped == 10 ? 0 : nil
    }

    /// The last characters of `text` that fit.
    private static func end(of text: String, bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var start = text.utf8.index(text.utf8.endIndex, offsetBy: -bytes)
        while start < text.utf8.endIndex, text.utf8[start] & 0xC0 == 0x80 { start = text.utf8.index(after: start) }
        return String(text[start...])
    }
}
