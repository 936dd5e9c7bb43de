import Glibc
import Threads

/// TCP ports of 127.0.0.1 that nobody uses.
public enum FreePort {
    private static let given = Locked<Set<UInt16>>([])

    /// A port that was free a moment ago. The same port is never given twice by one process, so that two fixtures
    /// which start side by side cannot be given the same one.
    ///
    /// Not one of those that the kernel gives to outgoing connections (from 32768 on): one of the many of a test run could
    /// take it before the program that it is for has begun to listen.
    public static func pick() throws -> UInt16 {
        for _ in 0..<200 {
            let port = UInt16.random(in: 11_000..<32_000)
            if try isUnused(port), given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw SupportError("no free port found on 127.0.0.1")
    }

    private static func isUnused(_ port: UInt16) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
