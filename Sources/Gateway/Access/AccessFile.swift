import Core

/// Who may do what: the parsed `AUTH_FILE`.
///
/// A line is `name:role:secret`; empty lines and lines that begin with `#` are passed over. The secret is what crypt(5)
/// writes (`$y$…`, `$2b$…`, `$6$…`: mkpasswd, or htpasswd -B), or `sha256:` and 64 hexadecimal digits, which is for long
/// random tokens only, since it is quick to try.
struct AccessFile: Sendable, Equatable {
    /// One line.
    struct Credential: Sendable, Equatable {
        let name: String
        let role: Role
        let secret: Secret
    }

    enum Secret: Sendable, Equatable {
        /// The SHA-256 of a token, 32 bytes.
        case digest([UInt8])
        /// A salted hash as crypt(5) describes.
        case crypt(String)
    }

    private(set) var byName: [String: Credential] = [:]

    /// - Throws: `InvalidValue` naming the line; never the secret in it.
    init(_ text: String) throws(InvalidValue) {
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            guard !line.hasPrefix("#"), !line.allSatisfy(\.isWhitespace) else { continue }
            let place = "entry \(index + 1)"
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, !parts[0].isEmpty else {
                throw InvalidValue("\(place) is not name:role:secret")
            }
            guard let role = Role(rawValue: parts[1]) else {
                throw InvalidValue("\(place): the role must be read, submit or operate")
            }
            guard let secret = Self.secret(parts[2]) else {
                throw InvalidValue(
                    "\(place): the secret must be what mkpasswd or htpasswd -B writes, or sha256: and 64 hexadecimal digits"
                )
            }
            guard byName.updateValue(.init(name: parts[0], role: role, secret: secret), forKey: parts[0]) == nil else {
                throw InvalidValue("\(place): the name is there already")
            }
        }
        guard !byName.isEmpty else { throw InvalidValue("has no entry: nobody could use the API") }
    }

    private static func secret(_ text: String) -> Secret? {
        if text.hasPrefix("sha256:") {
            guard let digest = [UInt8](hexadecimal: String(text.dropFirst(7))), digest.count == 32 else { return nil }
            return .digest(digest)
        }
        // htpasswd says 2y for what crypt knows as 2b as well.
        let known = ["$y$", "$gy$", "$7$", "$2y$", "$2b$", "$6$", "$5$"]
        guard known.contains(where: text.hasPrefix), text.utf8.count >= 20, text.allSatisfy(\.isASCII) else {
            return nil
        }
        return .crypt(text)
    }
}
