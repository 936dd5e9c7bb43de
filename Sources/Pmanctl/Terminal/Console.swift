import Glibc

/// Standard output and standard error, unbuffered: what follows a job is read as it comes.
enum Console {
    static func print(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    /// Bytes as they are.
    static func printRaw(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    static func say(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    static func sayRaw(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    /// A JSON document of the gateway, as it came, with one line break at its end.
    static func printDocument(_ bytes: [UInt8]) {
        var bytes = bytes
        while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        printRaw(bytes + [UInt8(ascii: "\n")])
    }

    /// Nobody reads: nothing to say it to. (SIGPIPE ends the program before, unless it is ignored.)
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
