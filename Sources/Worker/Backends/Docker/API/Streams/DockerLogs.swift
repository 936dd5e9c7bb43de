import HTTPClient

/// A container's output; see `DockerClient.containerLogs`. Each iteration is a request of its own.
struct DockerLogs: AsyncSequence, Sendable {
    typealias Element = DockerLogChunk
    typealias Failure = DockerError

    let client: DockerClient
    let request: DockerStreamRequest
    let isTTY: Bool

    func makeAsyncIterator() -> Iterator {
        Iterator(client: client, request: request, isTTY: isTTY)
    }

    struct Iterator: AsyncIteratorProtocol, Sendable {
        private let client: DockerClient
        private let request: DockerStreamRequest
        private let isTTY: Bool
        private var body: HTTPBody.Iterator?
        private var frames = LogDemultiplexer()
        /// The next one last.
        private var ready: [DockerLogChunk] = []

        init(client: DockerClient, request: DockerStreamRequest, isTTY: Bool) {
            self.client = client
            self.request = request
            self.isTTY = isTTY
        }

        mutating func next() async throws(DockerError) -> DockerLogChunk? {
            while ready.isEmpty {
                guard let bytes = try await read() else {
                    guard frames.isBetweenFrames else { throw .malformed("the log ends in the middle of a frame") }
                    return nil
                }
                if isTTY { return DockerLogChunk(source: .standardOutput, bytes: bytes) }
                do {
                    ready = try frames.take(bytes).reversed()
                } catch {
                    throw .malformed("the log is not framed as that of a container without a terminal")
                }
            }
            return ready.popLast()
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(DockerError) -> DockerLogChunk? {
            try await next()
        }

        private mutating func read() async throws(DockerError) -> [UInt8]? {
            if body == nil { body = try await client.stream(request).body.makeAsyncIterator() }
            do throws(HTTPClientError) {
                return try await body?.next()
            } catch {
                throw DockerError(error)
            }
        }
    }
}
