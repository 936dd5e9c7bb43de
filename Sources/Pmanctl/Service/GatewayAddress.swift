import FoundationEssentials
import HTTPClient

/// Where the gateway answers, and what is shown to it. The credentials are in no description.
struct GatewayAddress: Sendable, CustomStringConvertible {
    static let fallback = "http://127.0.0.1:5010"

    let endpoint: HTTPEndpoint
    /// The value of `Authorization`.
    let authorization: String?
    /// The URL without credentials.
    let description: String

    /// - Parameters:
    ///   - url: `http(s)://[user:password@]host[:port][/base]`; user and password may be percent-encoded.
    ///   - token: a bearer token; goes before the URL's user and password.
    ///   - authorities: a PEM file that https trusts instead of the system's authorities.
    /// - Throws: `Trouble` with `.usage`, which does not repeat what may be secret.
    init(url: String, token: String? = nil, authorities: String? = nil) throws(Trouble) {
        guard let scheme = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) }) else {
            throw Self.malformed
        }
        let rest = url.dropFirst(scheme.count)
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<end]
        var authorization: String?
        if let at = host.lastIndex(of: "@") {
            authorization = try Self.basic(host[..<at])
            host = host[host.index(after: at)...]
        }
        let base = rest[end...]
        let isPlain = (host + base).utf8.allSatisfy { (33...126).contains($0) && $0 != 64 && $0 != 63 && $0 != 35 }
        guard !host.isEmpty, isPlain else { throw Self.malformed }
        if let token = token?.trimmed, !token.isEmpty {
            guard token.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw Trouble("PMAN_TOKEN must be one word of visible ASCII characters", .usage)
            }
            authorization = "Bearer \(token)"
        }
        var endpoint = HTTPEndpoint(url: scheme + host + base)
        if let authorities, !authorities.isEmpty { endpoint.tls = HTTPEndpoint.TLS(caCertificateFile: authorities) }
        self.endpoint = endpoint
        self.authorization = authorization
        if case .url(let shown) = endpoint.address { description = shown } else { description = Self.fallback }
    }

    private static let malformed = Trouble(
        "the gateway's address must be http(s)://[user:password@]host[:port][/base]; see --url and PMAN_URL", .usage)

    private static func basic(_ credentials: Substring) throws(Trouble) -> String {
        guard let decoded = String(credentials).percentDecoded else { throw malformed }
        return "Basic " + Data(decoded).base64EncodedString()
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// The bytes that a percent-encoded text stands for; nil where an escape is cut off.
    fileprivate var percentDecoded: [UInt8]? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, let value = UInt8(digits, radix: 16)
            else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
