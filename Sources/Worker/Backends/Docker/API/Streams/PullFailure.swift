import FoundationEssentials

/// What an engine's words about a failed pull mean. There are no codes: engines pass on what registries,
/// resolvers and their own libraries say.
enum PullFailure {
    /// Trouble that may be over the next time. Looked for first: a rate limit can come as "denied: toomanyrequests".
    private static let passing = [
        "toomanyrequests", "too many requests", "rate limit", "timeout", "timed out", "deadline exceeded",
        "connection refused", "connection reset", "no such host", "name resolution", "server misbehaving",
        "no route to host", "network is unreachable", "unexpected eof", "service unavailable", "bad gateway",
        "gateway time", "internal server error", "context canceled", "no space left",
    ]
    private static let lasting = [
        "manifest unknown", "not found", "does not exist", "denied", "unauthorized", "authentication required",
        "incorrect username or password", "invalid reference", "invalid repository name", "must be lowercase",
        "no matching manifest", "no image found in manifest list", "unsupported manifest", "name unknown",
        "repository name", "unsupported protocol scheme", "invalid tag", "invalid checksum digest",
    ]

    /// Whether asking again for the same reference cannot help. What nobody has seen yet counts as passing,
    /// unless the engine called it the request's fault.
    /// - Parameters:
    ///   - status: of the answer; nil: the words came inside the stream of a success.
    ///   - image: its name says nothing about the trouble, whatever words it is made of.
    static func isPermanent(_ message: String, status: Int?, image: ImageReference) -> Bool {
        let path = image.repository.split(separator: "/").dropFirst(image.repository.hasPrefix(image.registry) ? 1 : 0)
        let name = path.joined(separator: "/")
        var words = message
        for part in [name, image.tag ?? ""] where part.utf8.count > 3 {
            words = words.replacing(part, with: "")
        }
        words = words.lowercased()
        if passing.contains(where: words.contains) { return false }
        if lasting.contains(where: words.contains) { return true }
        return status.map { [400, 401, 403, 404].contains($0) } ?? false
    }
}
