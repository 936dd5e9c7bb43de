import Glibc

/// Blocking sockets, a piece at a time.
enum SocketBytes {
    /// A connection to a server of this machine.
    static func connect(to address: HTTPAddress) throws -> Int32 {
        let family = if case .tcp = address { AF_INET } else { AF_UNIX }
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        guard SocketName(address)?.use(descriptor, Glibc.connect) == 0 else {
            let error = SystemError(call: "connect \(address)")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// nil at the end of the stream, or when it broke.
    static func receive(_ descriptor: Int32) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 { return Array(chunk[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// - Returns: false when nobody reads any more.
    @discardableResult
    static func send(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
