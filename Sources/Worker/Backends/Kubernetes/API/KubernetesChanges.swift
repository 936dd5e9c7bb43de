import FoundationEssentials
import HTTPClient

/// What happens to objects, from a resourceVersion on; see `KubernetesClient.changes`. Each iteration is a request of
/// its own, which the server ends after some minutes: go on from the last version then.
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
struct KubernetesChanges<Item: Decodable & Sendable>: AsyncSequence, Sendable {
    enum Change: Sendable {
        case changed(Item)
        case deleted(Item)
        /// Nothing has happened up to this version.
        case bookmark(String)
    }

    typealias Element = Change
    typealias Failure = KubernetesError

    let client: KubernetesClient
    let operation: KubernetesOperation
    let path: String
    let query: [(name: String, value: String)]
    let version: String

    func makeAsyncIterator() -> Iterator { Iterator(changes: self) }

    struct Iterator: AsyncIteratorProtocol {
        /// Objects have 1.5 MiB at the most in the cluster's store, and grow when written as JSON.
        private static var longestLine: Int { 8 << 20 }
        /// Bookmarks come every minute or so; nothing for longer may be a connection that is dead.
        private static var idleLimit: Duration { .seconds(90) }

        private let changes: KubernetesChanges
        private var body: HTTPBody.Iterator?
        private var lines = JSONLines(maximum: Self.longestLine)
        private var isOver = false

        init(changes: KubernetesChanges) { self.changes = changes }

        mutating func next() async throws(KubernetesError) -> Change? {
            while true {
                // Half a line at the end is of an event that comes again.
                if let line = lines.next() { return try Self.parse(line, changes.operation) }
                if isOver { return nil }
                try await readMore()
            }
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(KubernetesError) -> Change? {
            try await next()
        }

        private mutating func readMore() async throws(KubernetesError) {
            if body == nil {
                // Random, so that the watches of many workers do not begin anew all at once.
                let seconds = Int.random(in: 240...300)
                let query =
                    changes.query + [
                        ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", changes.version),
                        ("timeoutSeconds", "\(seconds)"),
                    ]
                body = try await changes.client.stream(
                    changes.operation, changes.path, query: query, deadline: .seconds(seconds + 30),
                    idleLimit: Self.idleLimit
                ).makeAsyncIterator()
            }
            do throws(HTTPClientError) {
                guard let chunk = try await body?.next() else {
                    isOver = true
                    return
                }
                try Self.append(chunk, to: &lines)
            } catch {
                throw KubernetesError(error)
            }
        }

        private static func append(_ chunk: [UInt8], to lines: inout JSONLines) throws(HTTPClientError) {
            do { try lines.append(chunk) } catch { throw .bodyTooLarge }
        }

        static func parse(_ line: [UInt8], _ operation: KubernetesOperation) throws(KubernetesError) -> Change {
            let kind = try KubernetesJSON.decode(Kind.self, line).type
            switch kind {
            case "ADDED", "MODIFIED": return .changed(try KubernetesJSON.decode(Envelope<Item>.self, line).object)
            case "DELETED": return .deleted(try KubernetesJSON.decode(Envelope<Item>.self, line).object)
            case "BOOKMARK":
                return .bookmark(
                    try KubernetesJSON.decode(Envelope<Bookmark>.self, line).object.metadata.resourceVersion ?? "")
            case "ERROR":
                let status = try KubernetesJSON.decode(Envelope<StatusAnswer>.self, line).object
                // 410 Gone comes as an event when the watch had begun already.
                if status.code == 410 || status.reason == "Expired" || status.reason == "Gone" { throw .expired }
                throw .refused(
                    KubernetesRefusal(
                        status: status.code ?? 500, reason: status.reason ?? "", message: status.message ?? "",
                        retryAfter: status.details?.retryAfterSeconds, operation: operation))
            default: throw .malformed("an event of the kind \(kind)")
            }
        }

        private struct Kind: Decodable {
            var type: String
        }
        private struct Envelope<Object: Decodable>: Decodable {
            var object: Object
        }
        private struct Bookmark: Decodable {
            var metadata: KubernetesMetadata
        }
    }
}
