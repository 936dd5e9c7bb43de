/// An image's name, taken apart: `[registry/]path[:tag][@digest]`.
/// Grammar: https://pkg.go.dev/github.com/distribution/reference
struct ImageReference: Sendable, Equatable {
    /// What to pull from: everything but tag and digest, as it was given.
    let repository: String
    let tag: String?
    let digest: String?

    /// Takes any text; what is no reference is for the engine to refuse.
    init(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        digest = parts.count == 2 ? String(parts[1]) : nil
        let name = parts[0]
        // A colon before the last slash is a registry's port.
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            repository = String(name[..<colon])
            tag = String(name[name.index(after: colon)...])
        } else {
            repository = String(name)
            tag = nil
        }
    }

    /// The digest wins over the tag. Never empty: the engine would pull every tag of the repository.
    var tagOrDigest: String {
        if let digest, !digest.isEmpty { return digest }
        if let tag, !tag.isEmpty { return tag }
        return "latest"
    }

    /// Whom to ask for it: the first part of the name when that looks like a host, or else Docker Hub.
    var registry: String {
        let first = repository.prefix { $0 != "/" }
        let isHost = first.contains(".") || first.contains(":") || first == "localhost"
        return isHost && first.count < repository.count ? first.lowercased() : "docker.io"
    }
}
