/// A request that was checked and put into libcurl's words; pure, so that what is refused can be tested without a socket.
struct PreparedRequest: Sendable {
    let method: String
    let url: String
    let unixSocket: String?
    /// `Name: value`, as CURLOPT_HTTPHEADER takes them.
    let headerLines: [String]
    let body: [UInt8]?
    let tls: HTTPEndpoint.TLS?
    let bearerTokenFile: String?
    let deadline: Duration?
    let idleLimit: Duration?
    let connectTimeout: Duration
    let freshConnection: Bool
    /// Requests of the same address share the bound on connections.
    let address: HTTPEndpoint.Address

    init(_ request: HTTPRequest, to endpoint: HTTPEndpoint) throws(HTTPClientError) {
        method = try RequestText.method(request.method)
        let path = try RequestText.target(request.path, query: request.query)
        switch endpoint.address {
        case .unixSocket(let socket):
            guard !socket.isEmpty, !socket.utf8.contains(0) else { throw .invalidRequest("bad socket path") }
            unixSocket = socket
            url = "http://localhost" + path
        case .url(let base):
            unixSocket = nil
            url = try RequestText.base(base) + path
        }
        var lines: [String] = []
        for (name, value) in request.headers { lines.append(try RequestText.headerLine(name, value)) }
        let given = Set(request.headers.map { $0.name.lowercased() })
        // libcurl would ask for "100 Continue" and wait a second for it before a larger body.
        if !given.contains("expect") { lines.append("Expect:") }
        // libcurl would call every body a web form.
        if !given.contains("content-type") { lines.append("Content-Type:") }
        headerLines = lines
        body = request.body
        tls = endpoint.tls
        bearerTokenFile = endpoint.bearerTokenFile
        deadline = request.deadline
        idleLimit = request.idleLimit
        connectTimeout = request.connectTimeout
        freshConnection = request.freshConnection
        address = endpoint.address
    }
}
