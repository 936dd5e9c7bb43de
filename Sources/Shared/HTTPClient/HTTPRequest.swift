/// One HTTP/1.1 request. Redirects are not followed.
public struct HTTPRequest: Sendable {
    /// The method, in capitals.
    public var method = "GET"
    /// The absolute path, already percent-encoded; may contain a query (see also `query`).
    public var path: String
    /// Added to the path's query; percent-encoded by the client.
    public var query: [(name: String, value: String)]
    /// A CR, LF or NUL in any is refused with `HTTPClientError.invalidRequest`.
    public var headers: [(name: String, value: String)] = []
    /// What is sent after the headers; nil: nothing.
    public var body: [UInt8]?
    /// How long the whole exchange may take, counted from the call and with the wait for a free connection; nil: for ever.
    public var deadline: Duration? = .seconds(30)
    /// No byte came or went for that long: `.idle`. Does not run while the reader of a stream leaves bytes unread.
    public var idleLimit: Duration?
    /// How long name look-up, connecting and the TLS handshake may take.
    public var connectTimeout: Duration = .seconds(5)
    /// A connection of its own, closed afterwards. On one that is reused, libcurl sends the request a second time by
    /// itself, whatever the method, when the connection turns out dead before an answer: never use that for a request
    /// that must not be carried out twice.
    public var freshConnection = false
    /// For whole responses (`HTTPClient.send`): a longer body is `.bodyTooLarge`.
    public var maximumBodyBytes = 16 << 20

    public init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }
}
