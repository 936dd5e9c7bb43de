/// The name of an image: `[registry[:port]/]path[:tag][@digest]`.
///
/// Grammar: https://pkg.go.dev/github.com/distribution/reference
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) throws(InvalidValue) {
        guard Self.isValid(text) else {
            throw InvalidValue("must be an image reference like registry.example.org/group/name:tag in lower case")
        }
        self.text = text
    }

    public var description: String { text }

    /// The same reference with `:latest` where neither a tag nor a digest is given, as Docker reads it.
    public var withTag: String {
        if text.contains("@") { return text }
        let last = text.split(separator: "/").last ?? ""
        return last.contains(":") ? text : text + ":latest"
    }

    public var hasDigest: Bool { text.contains("@") }

    /// A reference, or a pattern of references, with the registry and the namespace that Docker assumes:
    /// `docker.io/library/busybox` for `busybox`.
    public static func qualified(_ text: String) -> String {
        var registry = "docker.io"
        var rest = Substring(text)
        if let slash = text.firstIndex(of: "/") {
            let first = text[..<slash]
            if first == "localhost" || first.contains(where: { $0 == "." || $0 == ":" || $0 == "[" }) {
                registry = first == "index.docker.io" ? "docker.io" : String(first)
                rest = text[text.index(after: slash)...]
            }
        }
        let namespace = registry == "docker.io" && !rest.contains("/") ? "library/" : ""
        return "\(registry)/\(namespace)\(rest)"
    }

    /// A qualified reference without its tag and digest.
    public static func repository(_ qualified: String) -> String {
        var name = qualified.prefix { $0 != "@" }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") { name = name[..<colon] }
        return String(name)
    }

    private static func isValid(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 600 else { return false }
        var name = Substring(text)
        if let at = name.firstIndex(of: "@") {
            guard isDigest(name[name.index(after: at)...]) else { return false }
            name = name[..<at]
        }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            guard isTag(name[name.index(after: colon)...]) else { return false }
            name = name[..<colon]
        }
        var components = name.split(separator: "/", omittingEmptySubsequences: false)
        if components.count > 1, let first = components.first,
            first == "localhost" || first.contains(where: { $0 == "." || $0 == ":" || $0 == "[" })
        {
            guard isRegistry(first) else { return false }
            components.removeFirst()
        }
        let pathLength = components.reduce(components.count - 1) { $0 + $1.utf8.count }
        return !components.isEmpty && pathLength <= 255 && components.allSatisfy(isPathComponent)
    }

    private static func isRegistry(_ text: Substring) -> Bool {
        if text.first == "[" { return isBracketedAddress(text) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, !host.isEmpty else { return false }
        if parts.count == 2 { guard isPort(parts[1]) else { return false } }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
        }
    }

    /// An IPv6 address, `[::1]` or `[::1]:5000`.
    private static func isBracketedAddress(_ text: Substring) -> Bool {
        guard let end = text.firstIndex(of: "]") else { return false }
        let address = text[text.index(after: text.startIndex)..<end]
        let rest = text[text.index(after: end)...]
        return !address.isEmpty && address.allSatisfy { $0 == ":" || ($0.isHexDigit && $0.isASCII) }
            && (rest.isEmpty || (rest.first == ":" && isPort(rest.dropFirst())))
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard text.utf8.allSatisfy(\.isASCIIDigit), let port = UInt16(text) else { return false }
        return port > 0
    }

    /// Lower-case letters and digits, with one `.`, one or two `_`, or any number of `-` between them.
    private static func isPathComponent(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last,
            isLowerAlphanumeric(first), isLowerAlphanumeric(last)
        else { return false }
        var separator: [UInt8] = []
        for byte in text.utf8 {
            if isLowerAlphanumeric(byte) {
                switch separator {
                case [], [UInt8(ascii: ".")], [UInt8(ascii: "_")], [UInt8(ascii: "_"), UInt8(ascii: "_")]: break
                default: guard separator.allSatisfy({ $0 == UInt8(ascii: "-") }) else { return false }
                }
                separator = []
            } else {
                separator.append(byte)
            }
        }
        return true
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { byte.isASCIILowercase || byte.isASCIIDigit }

    private static func isTag(_ text: Substring) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first else { return false }
        guard first.isASCIILetterOrDigit || first == UInt8(ascii: "_") else { return false }
        return text.utf8.allSatisfy {
            $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }

    /// The algorithms that engines know, with the number of their digits
    /// (https://pkg.go.dev/github.com/opencontainers/go-digest#Algorithm).
    private static let digestLengths = ["sha256": 64, "sha384": 96, "sha512": 128]

    private static func isDigest(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = digestLengths[String(parts[0])] else { return false }
        return parts[1].utf8.count == length
            && parts[1].utf8.allSatisfy { $0.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
    }
}

extension ImageReference: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try ImageReference(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
