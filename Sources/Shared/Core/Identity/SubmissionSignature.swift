import FoundationEssentials

/// Shows that a gateway which has the signing key has accepted a submission: an HMAC-SHA-256 (RFC 2104) over all that decides
/// what is run, as 64 hexadecimal digits.
public struct SubmissionSignature: Sendable, Hashable {
    /// The code itself, 32 bytes.
    public let bytes: [UInt8]

    /// - Throws: `InvalidValue` for what is not 64 hexadecimal digits in lower case.
    public init(_ text: String) throws(InvalidValue) {
        guard let bytes = [UInt8](hexadecimal: text), bytes.count == 32, bytes.hexadecimal == text else {
            throw InvalidValue("must be 64 hexadecimal digits in lower case")
        }
        self.bytes = bytes
    }

    public var text: String { bytes.hexadecimal }

    /// What is signed: one JSON document with its keys in order, so that no two submissions have the same.
    /// - Parameter installation: the prefix of its queues; another installation's signatures are worth nothing here.
    /// - Throws: `EncodingError`, which needs a value that JSON cannot hold; none of ours can.
    public static func signedBytes(
        of submission: SubmissionID, _ request: JobRequest, installation: String
    ) throws -> [UInt8] {
        struct Document: Encodable {
            let purpose = "pman submission 1"
            let installation: String
            let submission: SubmissionID
            let request: JobRequest
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(
            try encoder.encode(
                Document(installation: installation, submission: submission, request: request)))
    }
}

extension SubmissionSignature: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try SubmissionSignature(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
