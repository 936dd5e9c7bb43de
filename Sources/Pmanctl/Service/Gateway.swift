import Core
import FoundationEssentials
import HTTPClient

/// The gateway as the commands see it: requests, and answers that are errors when they are not what was hoped for.
struct Gateway: Sendable {
    let address: GatewayAddress
    private let client: HTTPClient

    init(_ address: GatewayAddress) throws(Trouble) {
        self.address = address
        do {
            client = try HTTPClient(name: "pmanctl")
        } catch {
            throw Trouble("no HTTP client: \(error)")
        }
    }

    /// The path of a job in version 2 of the API, and what stands behind it.
    static func path(of job: JobAddress, _ more: String = "") -> String {
        "/api/v2/jobs/\(HTTPRequest.percentEncoded(job.backend))/\(HTTPRequest.percentEncoded(job.jid))\(more)"
    }

    /// Any request whose answer is 2xx.
    /// - Throws: `Trouble`; the gateway's own words for 4xx and 5xx.
    @discardableResult
    func send(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        within deadline: Duration = .seconds(30)
    ) async throws(Trouble) -> [UInt8] {
        let response: HTTPResponse
        do {
            response = try await client.send(
                prepared(method, path, query: query, body: body, deadline: deadline), to: address.endpoint)
        } catch {
            throw Trouble(unreached: address, error)
        }
        guard (200..<300).contains(response.status) else {
            throw Trouble(status: response.status, body: response.body)
        }
        return response.body
    }

    func get(_ path: String, query: [(name: String, value: String)] = [], within: Duration = .seconds(30))
        async throws(Trouble) -> [UInt8]
    {
        try await send("GET", path, query: query, within: within)
    }

    /// POST of a job in version 1, once, with its whole answer.
    func post(_ body: [UInt8], backend: String?, within deadline: Duration) async throws(HTTPClientError)
        -> HTTPResponse
    {
        let prefix = backend.map { "/\(HTTPRequest.percentEncoded($0))" } ?? ""
        return try await client.send(
            prepared("POST", "\(prefix)/api/v1/", body: body, deadline: deadline), to: address.endpoint)
    }

    /// Server-Sent Events as they come.
    /// - Throws: `Trouble` also when the stream breaks; a stream that the gateway ends ends quietly.
    func events(
        _ path: String, query: [(name: String, value: String)] = [], after lastEventID: String? = nil,
        _ take: (ServerSentEvent) async throws -> Void
    ) async throws {
        var request = prepared("GET", path, query: query, body: nil, deadline: nil)
        request.headers.append(("Accept", "text/event-stream"))
        if let lastEventID { request.headers.append(("Last-Event-ID", lastEventID)) }
        do {
            let stream = try await client.stream(request, to: address.endpoint)
            guard stream.status == 200 else {
                throw Trouble(status: stream.status, body: try await stream.body.collect(upTo: 1 << 20))
            }
            guard stream.headers["content-type"]?.hasPrefix("text/event-stream") == true else {
                throw Trouble("the gateway at \(address) cannot follow this; it may be an older version")
            }
            var parser = ServerSentEventParser()
            for try await bytes in stream.body {
                for event in try parser.take(bytes) { try await take(event) }
            }
        } catch let error as HTTPClientError {
            if error == .cancelled { throw CancellationError() }
            throw Trouble(unreached: address, error)
        }
    }

    /// The backend of requests that name none.
    func defaultBackend() async throws(Trouble) -> String {
        try Answer.decoded(ServiceAnswer.self, from: await get("/api/v1/")).container_env
    }

    private func prepared(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: [UInt8]?,
        deadline: Duration?
    ) -> HTTPRequest {
        var request = HTTPRequest(method, path, query: query, body: body)
        request.deadline = deadline
        if let authorization = address.authorization { request.headers.append(("Authorization", authorization)) }
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        // A list of a thousand jobs with long commands is larger than the client's usual bound.
        request.maximumBodyBytes = 256 << 20
        return request
    }
}
