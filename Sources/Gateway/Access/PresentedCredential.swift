import Foundation

/// What a client showed in its `Authorization` header.
enum PresentedCredential: Sendable, Equatable {
    /// RFC 7617; pfcon sends it when its COMPUTE_SERVICE_URL has a user and a password.
    case basic(name: String, password: String)
    /// RFC 6750.
    case bearer(token: String)

    /// nil for what is neither, or malformed.
    init?(header: String) {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, header.utf8.count <= 4096 else { return nil }
        let value = String(parts[1]).trimmingCharacters(in: .whitespaces)
        switch parts[0].lowercased() {
        case "basic":
            guard let data = Data(base64Encoded: value), let text = String(data: data, encoding: .utf8),
                let colon = text.firstIndex(of: ":")
            else { return nil }
            self = .basic(name: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
        case "bearer":
            guard !value.isEmpty else { return nil }
            self = .bearer(token: value)
        default: return nil
        }
    }
}
