import Glibc

/// Reading a part of a file that is open.
enum FileBytes {
    /// As many of `count` bytes as there are.
    /// - Returns: nil with `errno` set when the file cannot be read.
    static func read(_ descriptor: Int32, from start: Int, count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(1, count), 256 << 10))
        while bytes.count < count {
            let got = pread(descriptor, &chunk, min(chunk.count, count - bytes.count), off_t(start + bytes.count))
            if got < 0 {
                guard errno == EINTR else { return nil }
                continue
            }
            if got == 0 { break }
            bytes += chunk[..<got]
        }
        return bytes
    }
}
