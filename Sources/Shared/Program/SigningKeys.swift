public import Core
import Crypto
import Foundation
import Glibc

/// The keys of `SIGNING_KEY_FILE`, which gateways sign submissions with and workers know them by.
///
/// A line is a key of at least 32 bytes as hexadecimal digits (`openssl rand -hex 32`); empty lines and lines that begin with `#`
/// are passed over. The first key signs, each of them verifies: to change keys, put the new one second everywhere, then first,
/// then take the old one away.
public struct SigningKeys: Sendable {
    private let installation: String
    private let first: SymmetricKey
    private let all: [SymmetricKey]

    /// - Parameter installation: the prefix of its queues.
    /// - Throws: `InvalidValue` saying what is wrong with the file; never what is in it.
    public init(path: String, installation: String) throws(InvalidValue) {
        var status = stat()
        guard stat(path, &status) == 0, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw InvalidValue("must name a file that this program may read")
        }
        guard status.st_mode & 0o007 == 0 else {
            throw InvalidValue("names a file that everybody may read: chmod o= it, and make new keys")
        }
        try self.init(text: text, installation: installation)
    }

    /// - Parameter text: what is in the file.
    public init(text: String, installation: String) throws(InvalidValue) {
        var keys: [SymmetricKey] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            guard !line.hasPrefix("#"), !line.allSatisfy(\.isWhitespace) else { continue }
            guard let bytes = [UInt8](hexadecimal: line.filter { $0 != " " && $0 != "\t" }), bytes.count >= 32 else {
                throw InvalidValue(
                    "has no key in entry \(index + 1): at least 64 hexadecimal digits (openssl rand -hex 32)")
            }
            keys.append(SymmetricKey(data: bytes))
        }
        guard let first = keys.first else { throw InvalidValue("names a file without a key (openssl rand -hex 32)") }
        (self.installation, self.first, all) = (installation, first, keys)
    }

    /// - Throws: `EncodingError`, which needs a value that JSON cannot hold; none of ours can.
    public func sign(_ submission: SubmissionID, _ request: JobRequest) throws -> SubmissionSignature {
        let bytes = try SubmissionSignature.signedBytes(of: submission, request, installation: installation)
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: first)
        return try SubmissionSignature(code.hexadecimal)
    }

    /// Whether one of the keys has signed this; takes as long whatever the signature is.
    public func verify(_ signature: SubmissionSignature?, _ submission: SubmissionID, _ request: JobRequest) -> Bool {
        guard let signature,
            let bytes = try? SubmissionSignature.signedBytes(of: submission, request, installation: installation)
        else { return false }
        return all.contains {
            HMAC<SHA256>.isValidAuthenticationCode(signature.bytes, authenticating: bytes, using: $0)
        }
    }
}
