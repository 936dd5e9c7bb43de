/// Status and headers, put together from the lines that libcurl hands over one by one.
struct ResponseHead: Sendable {
    private(set) var status = 0
    private(set) var headers: [String: String] = [:]

    /// Takes one line.
    /// - Returns: whether it was the empty one that ends the headers of a final (not 1xx) response.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
        var bytes = line[...]
        while let last = bytes.last, last == 13 || last == 10 { bytes.removeLast() }
        if bytes.starts(with: "HTTP/".utf8) {
            status = Self.status(of: bytes)
            headers = [:]
            return false
        }
        if bytes.isEmpty { return status >= 200 }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        headers[name] = String(decoding: Self.trimmed(bytes[(colon + 1)...]), as: UTF8.self)
        return false
    }

    private static func status(of line: Slice<UnsafeRawBufferPointer>) -> Int {
        guard let space = line.firstIndex(of: 32) else { return 0 }
        return Int(String(decoding: line[(space + 1)...].prefix(3), as: UTF8.self)) ?? 0
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var bytes = bytes
        while let first = bytes.first, first == 32 || first == 9 { bytes.removeFirst() }
        while let last = bytes.last, last == 32 || last == 9 { bytes.removeLast() }
        return bytes
    }
}
