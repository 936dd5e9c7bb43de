import Glibc
import Threads

/// TCP ports of 127.0.0.1 that nobody uses.
public enum FreePort {
    private static let given = Locked<Set<UInt16>>([])

    /// A port that was free a moment ago. The same port is never given twice by one process, so that two fixtures
    /// which start side by side cannot be given the same one.
    public static func pick() throws -> UInt16 {
        for _ in 0..<200 {
            let port = try unusedPort()
            if given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw SupportError("no free port found on 127.0.0.1")
    }

    private static func unusedPort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let done = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard done else { throw SystemError(call: "bind") }
        return UInt16(bigEndian: address.sin_port)
    }
}
