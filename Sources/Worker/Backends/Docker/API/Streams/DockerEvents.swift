/// What happens on an engine; see `DockerClient.events`. Each iteration is a request of its own.
struct DockerEvents: AsyncSequence, Sendable {
    typealias Element = DockerEvent
    typealias Failure = DockerError

    let client: DockerClient
    let sinceNanoseconds: Int64?
    let filters: [String: [String]]

    func makeAsyncIterator() -> Iterator {
        var query: [(name: String, value: String)] = []
        if let sinceNanoseconds { query.append(("since", Self.timestamp(sinceNanoseconds))) }
        if !filters.isEmpty, let text = try? DockerJSON.filters(filters) { query.append(("filters", text)) }
        return Iterator(
            records: DockerRecords(client: client, request: DockerStreamRequest(path: "/events", query: query)))
    }

    /// Seconds with nine digits of fraction.
    static func timestamp(_ nanoseconds: Int64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
    }

    struct Iterator: AsyncIteratorProtocol, Sendable {
        var records: DockerRecords<DockerEvent>

        mutating func next() async throws(DockerError) -> DockerEvent? {
            try await records.next()
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(DockerError) -> DockerEvent? {
            try await records.next()
        }
    }
}
