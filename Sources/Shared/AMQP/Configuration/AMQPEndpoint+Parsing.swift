extension AMQPEndpoint {
    /// Reads `amqp://user:password@host:port/vhost`, or `amqps://`, with percent-encoded parts.
    ///
    /// Defaults: user and password `guest`, port 5672 (5671 with TLS), virtual host `/` when the path is empty, `/` or `/%2F`.
    /// - Throws: `AMQPURLError`, whose text never holds the password.
    public init(parsing url: String) throws(AMQPURLError) {
        guard let separator = url.firstRange(of: "://") else {
            throw AMQPURLError("an AMQP URL begins with amqp:// or amqps://")
        }
        switch url[..<separator.lowerBound].lowercased() {
        case "amqp": tls = false
        case "amqps": tls = true
        default: throw AMQPURLError("an AMQP URL begins with amqp:// or amqps://")
        }
        let rest = url[separator.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw AMQPURLError("an AMQP URL takes no query or fragment (write ? as %3F and # as %23)")
        }
        let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        let path = rest[authorityEnd...].dropFirst()
        guard !path.contains("/") else {
            throw AMQPURLError("the virtual host of an AMQP URL is one path segment (write / as %2F)")
        }
        virtualHost = path.isEmpty ? "/" : try Self.decode(path, part: "virtual host")

        var address = authority
        user = "guest"
        password = "guest"
        if let at = authority.lastIndex(of: "@") {
            let credentials = authority[..<at]
            address = authority[authority.index(after: at)...]
            let colon = credentials.firstIndex(of: ":") ?? credentials.endIndex
            user = try Self.decode(credentials[..<colon], part: "user")
            password = try Self.decode(credentials[colon...].dropFirst(), part: "password")
        }
        (host, port) = try Self.splitAddress(address, defaultPort: tls ? 5671 : 5672)
    }

    /// Reads several URLs with commas between them: the nodes of one cluster.
    public static func list(parsing commaSeparated: String) throws(AMQPURLError) -> [AMQPEndpoint] {
        var endpoints: [AMQPEndpoint] = []
        for part in commaSeparated.split(separator: ",") {
            let trimmed = part.drop(while: \.isWhitespace)
            guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { continue }
            endpoints.append(try AMQPEndpoint(parsing: String(trimmed[...last])))
        }
        guard !endpoints.isEmpty else { throw AMQPURLError("no AMQP URL is given") }
        return endpoints
    }

    private static func splitAddress(
        _ address: Substring, defaultPort: UInt16
    ) throws(AMQPURLError) -> (String, UInt16) {
        var host = address
        var portText: Substring?
        if address.first == "[" {
            guard let end = address.firstIndex(of: "]") else {
                throw AMQPURLError("the IPv6 address of an AMQP URL has no closing ]")
            }
            host = address[address.index(after: address.startIndex)..<end]
            let after = address[address.index(after: end)...]
            guard after.isEmpty || after.first == ":" else {
                throw AMQPURLError("after the ] of an AMQP URL comes a port or nothing")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = address.firstIndex(of: ":") {
            host = address[..<colon]
            portText = address[address.index(after: colon)...]
        }
        let name = try decode(host, part: "host")
        guard !name.isEmpty else { throw AMQPURLError("an AMQP URL needs a host") }
        guard let portText else { return (name, defaultPort) }
        // The text is not repeated: a password with an unescaped @ or : could be in it.
        guard let port = UInt16(portText), port > 0 else {
            throw AMQPURLError("the port of an AMQP URL is a number from 1 to 65535")
        }
        return (name, port)
    }

    private static func decode(_ text: Substring, part: String) throws(AMQPURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(hexadecimal), let low = rest.next().flatMap(hexadecimal) else {
                throw AMQPURLError("the \(part) of an AMQP URL has a % that is not followed by two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !decoded.contains("\0") else {
            throw AMQPURLError("the \(part) of an AMQP URL is not UTF-8 text")
        }
        return decoded
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        UInt8(String(UnicodeScalar(byte)), radix: 16)
    }
}
