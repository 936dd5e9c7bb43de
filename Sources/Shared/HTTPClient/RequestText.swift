/// The parts of a request that become text on the wire, each refused when it could change the meaning of the rest.
enum RequestText {
    static func method(_ method: String) throws(HTTPClientError) -> String {
        guard !method.isEmpty, method.utf8.allSatisfy(isTokenByte) else {
            throw .invalidRequest("method \(method.debugDescription)")
        }
        return method
    }

    /// The path with its query.
    static func target(
        _ path: String, query: [(name: String, value: String)]
    ) throws(HTTPClientError) -> String {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy(isTargetByte) else {
            throw .invalidRequest("path \(path.debugDescription)")
        }
        guard !query.isEmpty else { return path }
        let pairs = query.map {
            HTTPRequest.percentEncoded($0.name) + "=" + HTTPRequest.percentEncoded($0.value)
        }
        return path + (path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + pairs.joined(separator: "&")
    }

    /// An endpoint's URL: scheme, host, perhaps a port and a path; credentials in it would end up in logs.
    static func base(_ url: String) throws(HTTPClientError) -> String {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"),
            url.utf8.allSatisfy({ isTargetByte($0) && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "@") })
        else { throw .invalidRequest("the address must be http(s)://host[:port][/base]") }
        return url
    }

    static func headerLine(_ name: String, _ value: String) throws(HTTPClientError) -> String {
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
            throw .invalidRequest("header name \(name.debugDescription)")
        }
        // The value may be secret: it is not repeated.
        guard !value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 }) else {
            throw .invalidRequest("a line break or NUL in the value of header \(name)")
        }
        // "Name:" would tell libcurl to leave the header out.
        return value.utf8.allSatisfy({ $0 == 32 || $0 == 9 }) ? "\(name);" : "\(name): \(value)"
    }

    /// What may stand in a method or a header's name (RFC 9110, 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Visible ASCII; a `#` would cut the rest off as a fragment.
    private static func isTargetByte(_ byte: UInt8) -> Bool {
        (33...126).contains(byte) && byte != UInt8(ascii: "#")
    }
}
