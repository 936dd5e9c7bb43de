/// Where a server answers, and how both sides prove who they are.
public struct HTTPEndpoint: Sendable, Hashable {
    /// The place to connect to.
    public enum Address: Sendable, Hashable {
        /// A Unix domain socket; spoken to in plain HTTP.
        case unixSocket(path: String)
        /// `http(s)://host[:port][/base]`, without a slash at the end.
        case url(String)
    }

    /// The place to connect to.
    public var address: Address
    /// For `https` URLs; nil trusts the system's certificate authorities and shows no certificate.
    public var tls: TLS?
    /// A file whose content is sent as `Authorization: Bearer`; read again for each request, since such files are rotated.
    public var bearerTokenFile: String?

    /// A server on a Unix domain socket.
    public init(unixSocket: String) {
        address = .unixSocket(path: unixSocket)
    }

    /// A server on `http(s)://host[:port][/base]`.
    public init(url: String) {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        address = .url(base)
    }
}
