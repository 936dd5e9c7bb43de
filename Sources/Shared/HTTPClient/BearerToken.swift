import Glibc

/// A token in a file, as Kubernetes mounts them.
enum BearerToken {
    private static let maximumBytes = 64 << 10

    /// The file's content without the white space around it.
    /// - Throws: `.connectFailed` (nothing was sent) when there is no such file or no token in it.
    static func read(_ path: String) throws(HTTPClientError) -> String {
        guard let file = fopen(path, "re") else {
            throw .connectFailed("bearer token file \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        bytes.removeLast(maximumBytes - fread(&bytes, 1, maximumBytes, file))
        let token = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        // A token is visible ASCII (RFC 6750); anything else would end up in the header as it is.
        guard !token.isEmpty, token.allSatisfy({ (33...126).contains($0) }) else {
            throw .connectFailed("bearer token file \(path): no token in it")
        }
        return String(decoding: token, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 32 || (9...13).contains(byte)
    }
}
