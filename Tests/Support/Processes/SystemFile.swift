import Glibc

/// Files that the kernel makes up, below /proc and /sys.
enum SystemFile {
    /// The whole text; nil when it cannot be read, as after a process has gone.
    ///
    /// Not Foundation's reading: that leaks its buffer when a file of no known size turns out empty.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                text += chunk[..<count]
            } else if count == 0 {
                return String(decoding: text, as: UTF8.self)
            } else if errno != EINTR {
                return nil
            }
        }
    }
}
