/// The body of a streamed response as it comes, for one reader, who sets the pace.
///
/// It ends when the response is complete, and throws when it was cut off. Chunks have any size and say nothing about
/// how the server wrote them.
public struct HTTPBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = HTTPClientError

    private let handle: BodyHandle

    init(_ handle: BodyHandle) {
        self.handle = handle
    }

    /// Only one iterator can read a body: when it is let go the transfer ends, even while the body itself is still held.
    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: Reader(handle))
    }

    /// Reads what is left.
    /// - Throws: `.bodyTooLarge` when that is more than `limit` bytes, else what the transfer failed with.
    public func collect(upTo limit: Int) async throws(HTTPClientError) -> [UInt8] {
        var collected: [UInt8] = []
        while let chunk = try await handle.next() {
            guard collected.count + chunk.count <= limit else {
                handle.cancel()
                throw .bodyTooLarge
            }
            collected += chunk
        }
        return collected
    }

    /// Reads one chunk after the other.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let reader: Reader

        public func next() async throws(HTTPClientError) -> [UInt8]? {
            try await reader.handle.next()
        }

        public func next(isolation actor: isolated (any Actor)?) async throws(HTTPClientError) -> [UInt8]? {
            try await reader.handle.next()
        }
    }

    /// Ends the transfer when the iterator goes.
    final class Reader: Sendable {
        let handle: BodyHandle

        init(_ handle: BodyHandle) {
            self.handle = handle
        }

        deinit { handle.cancel() }
    }
}
