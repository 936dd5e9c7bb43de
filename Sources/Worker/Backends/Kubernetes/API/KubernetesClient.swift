import HTTPClient

/// The calls of the Kubernetes API that this service makes, for one namespace; batch/v1 and v1, as of 1.31 and of what
/// came before it since Jobs can be suspended (1.24).
///
/// What changes something goes over a connection of its own, because libcurl by itself sends a request again when a
/// connection that it uses again turns out dead.
/// API: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.31/
struct KubernetesClient: Sendable {
    /// How long a call may take.
    var deadline: Duration = .seconds(30)

    let namespace: String
    private let http: HTTPClient
    private let access: ClusterAccess
    /// How often a call is made again that the server put off (429, or 503 with Retry-After) or whose token it refused.
    private static let repetitions = 2
    private static let maximumBodyBytes = 64 << 20

    init(http: HTTPClient, access: ClusterAccess, namespace: String) {
        self.http = http
        self.access = access
        self.namespace = namespace
    }

    /// Sends a request. One that was certainly not carried out (429, 401) is sent again once or twice: the file of a
    /// token that was rotated is read anew.
    func call(
        _ operation: KubernetesOperation, _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        body: [UInt8]? = nil, contentType: String = "application/json", deadline: Duration? = nil
    ) async throws(KubernetesError) -> [UInt8] {
        var request = request(method, path, query)
        request.body = body
        if body != nil { request.headers.append(("Content-Type", contentType)) }
        request.deadline = deadline ?? self.deadline
        request.freshConnection = method != "GET"
        request.maximumBodyBytes = Self.maximumBodyBytes
        var tries = 0
        while true {
            let response: HTTPResponse
            do {
                response = try await http.send(request, to: access.endpoint)
            } catch {
                throw KubernetesError(error)
            }
            guard !(200..<300).contains(response.status) else { return response.body }
            let refusal = KubernetesJSON.refusal(response.status, response.headers, response.body, operation)
            guard tries < Self.repetitions, let pause = Self.pause(refusal) else { throw .refused(refusal) }
            tries += 1
            // A cancelled task sends nothing more: the next call says so.
            try? await Task.sleep(for: pause)
        }
    }

    /// How long to wait before a request that was not carried out is sent again; nil: not at all.
    private static func pause(_ refusal: KubernetesRefusal) -> Duration? {
        switch refusal.status {
        case 401: .milliseconds(200)
        // https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
        case 429: .seconds(max(1, min(5, refusal.retryAfter ?? 1)))
        default: nil
        }
    }

    /// Sends a request whose answer comes bit by bit.
    func stream(
        _ operation: KubernetesOperation, _ path: String, query: [(name: String, value: String)], deadline: Duration?,
        idleLimit: Duration?
    ) async throws(KubernetesError) -> HTTPBody {
        var request = request("GET", path, query)
        request.deadline = deadline
        request.idleLimit = idleLimit
        let stream: HTTPStream
        do {
            stream = try await http.stream(request, to: access.endpoint)
        } catch {
            throw KubernetesError(error)
        }
        guard !(200..<300).contains(stream.status) else { return stream.body }
        let body = (try? await stream.body.collect(upTo: 64 << 10)) ?? []
        let refusal = KubernetesJSON.refusal(stream.status, stream.headers, body, operation)
        throw refusal.status == 410 ? .expired : .refused(refusal)
    }

    private func request(
        _ method: String, _ path: String, _ query: [(name: String, value: String)]
    ) -> HTTPRequest {
        var request = HTTPRequest(method, path, query: query)
        request.headers.append(("Accept", "application/json"))
        if let token = access.token { request.headers.append(("Authorization", "Bearer \(token)")) }
        return request
    }
}
