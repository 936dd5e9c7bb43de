import HTTPClient

/// The calls of the Docker Engine API that this service makes, for Docker 20.10 and Podman 4.3 and later.
///
/// Each call is made once and never repeated. What changes something goes over a connection of its own, because
/// libcurl by itself sends a request again when a connection that it uses again turns out dead.
/// API: https://docs.docker.com/engine/api/v1.41/
struct DockerClient: Sendable {
    /// How long a call may take that has no deadline of its own.
    var deadline: Duration = .seconds(30)

    let clock = EngineClock()
    private let http: HTTPClient
    private let endpoint: HTTPEndpoint
    private let negotiated = NegotiatedVersion()

    init(http: HTTPClient, endpoint: HTTPEndpoint) {
        self.http = http
        self.endpoint = endpoint
    }

    /// Sends a request under the negotiated version.
    /// - Returns: the answer when it is a success or 304 (nothing had to be done).
    func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        headers: [(name: String, value: String)] = [], deadline: Duration? = nil, maximumBodyBytes: Int? = nil
    ) async throws(DockerError) -> HTTPResponse {
        var request = try await request(method, path, query: query, body: body)
        request.headers += headers
        request.deadline = deadline ?? self.deadline
        if let maximumBodyBytes { request.maximumBodyBytes = maximumBodyBytes }
        request.freshConnection = method != "GET"
        let response = try await send(request)
        return try await accepted(response)
    }

    /// Sends a request whose answer has no foreseeable end.
    func stream(_ draft: DockerStreamRequest) async throws(DockerError) -> HTTPStream {
        var request = try await request(draft.method, draft.path, query: draft.query, body: nil)
        request.headers += draft.headers
        request.deadline = draft.deadline
        request.idleLimit = draft.idleLimit
        request.freshConnection = draft.method != "GET"
        let stream: HTTPStream
        do {
            stream = try await http.stream(request, to: endpoint)
        } catch {
            throw DockerError(error)
        }
        guard !(200..<300).contains(stream.status) else { return stream }
        let body = (try? await stream.body.collect(upTo: 64 << 10)) ?? []
        throw refusal(stream.status, body)
    }

    /// Sends a request outside of any version: `/version` and `/_ping`.
    func callUnversioned(_ path: String, deadline: Duration) async throws(DockerError) -> HTTPResponse {
        var request = HTTPRequest("GET", path)
        request.deadline = deadline
        let response = try await send(request)
        return try await accepted(response)
    }

    private func request(
        _ method: String, _ path: String, query: [(name: String, value: String)], body: [UInt8]?
    ) async throws(DockerError) -> HTTPRequest {
        let version: String
        do {
            version = try await negotiated.version(deadline: deadline, self)
        } catch .unclear(let error) {
            // What was asked for has not been sent yet.
            throw .unreachable(error)
        }
        var request = HTTPRequest(method, "/v\(version)\(path)", query: query, body: body)
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        return request
    }

    private func send(_ request: HTTPRequest) async throws(DockerError) -> HTTPResponse {
        do {
            let response = try await http.send(request, to: endpoint)
            clock.note(response)
            return response
        } catch {
            throw DockerError(error)
        }
    }

    private func accepted(_ response: HTTPResponse) async throws(DockerError) -> HTTPResponse {
        guard !(200..<300).contains(response.status), response.status != 304 else { return response }
        throw refusal(response.status, response.body)
    }

    private func refusal(_ status: Int, _ body: [UInt8]) -> DockerError {
        let (status, message) = DockerJSON.refusal(status, body)
        // The engine was replaced by another version: the next call asks anew.
        if status == 400, message.contains("API version") { negotiated.forget() }
        return .status(status, message: message)
    }
}
