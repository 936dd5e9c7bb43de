import HTTPTypes
import Hummingbird

/// One operation of version 2.
struct V2Route: Sendable {
    typealias Handler = @Sendable (V2Request) async throws(V2Failure) -> Response

    let method: HTTPRequest.Method
    /// What follows `/api/v2/`, in its parts; one in braces stands for any text: `["jobs", "{backend}", "{jid}"]`.
    let pattern: [String]
    let handle: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ handle: @escaping Handler) {
        self.method = method
        pattern = path.split(separator: "/").map(String.init)
        self.handle = handle
    }

    /// - Returns: the texts that stand for the parts in braces, by their names; nil when the path is another one.
    func match(_ parts: [String]) -> [String: String]? {
        guard parts.count == pattern.count else { return nil }
        var found: [String: String] = [:]
        for (part, expected) in zip(parts, pattern) {
            if expected.hasPrefix("{") {
                found[String(expected.dropFirst().dropLast())] = part
            } else if part != expected {
                return nil
            }
        }
        return found
    }
}
