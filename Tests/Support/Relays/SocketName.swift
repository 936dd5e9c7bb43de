import Glibc

/// An address as the system wants it.
enum SocketName {
    case internet(sockaddr_in)
    case local(sockaddr_un)

    /// nil when it is no address: not IPv4, or a path that is too long.
    init?(_ address: HTTPAddress) {
        switch address {
        case .tcp(let host, let port):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            guard inet_pton(AF_INET, host, &name.sin_addr) == 1 else { return nil }
            self = .internet(name)
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            guard path.utf8.count < MemoryLayout.size(ofValue: name.sun_path) else { return nil }
            withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
            self = .local(name)
        }
    }

    /// Calls bind(2) or connect(2) with it.
    func use(_ descriptor: Int32, _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32) -> Int32 {
        func pass<Name>(_ name: Name) -> Int32 {
            withUnsafePointer(to: name) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    call(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
                }
            }
        }
        return switch self {
        case .internet(let name): pass(name)
        case .local(let name): pass(name)
        }
    }
}
