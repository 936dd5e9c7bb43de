/// Where a server of a test listens.
public enum HTTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 address such as 127.0.0.1.
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    public var description: String {
        switch self {
        case .tcp(let host, let port): "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
