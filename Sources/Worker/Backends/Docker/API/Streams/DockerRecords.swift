import HTTPClient

/// Reads a stream of JSON records, one a line, which starts with the first `next`.
struct DockerRecords<Record: Decodable & Sendable>: Sendable {
    private let client: DockerClient
    private let request: DockerStreamRequest
    private var body: HTTPBody.Iterator?
    private var lines = JSONLines()
    private var isOver = false

    init(client: DockerClient, request: DockerStreamRequest) {
        self.client = client
        self.request = request
    }

    mutating func next() async throws(DockerError) -> Record? {
        while true {
            if let line = lines.next() { return try DockerJSON.decode(Record.self, line) }
            if isOver { return nil }
            try await readMore()
        }
    }

    private mutating func readMore() async throws(DockerError) {
        if body == nil { body = try await client.stream(request).body.makeAsyncIterator() }
        let chunk: [UInt8]?
        do throws(HTTPClientError) {
            chunk = try await body?.next()
        } catch {
            throw DockerError(error)
        }
        guard let chunk else {
            isOver = true
            return lines.finish()
        }
        do {
            try lines.append(chunk)
        } catch {
            throw .malformed("a line of the stream has no end")
        }
    }
}
