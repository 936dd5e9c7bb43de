/// Why there is no (whole) response.
public enum HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The request cannot be put on the wire as it is; nothing was sent.
    case invalidRequest(String)
    /// Nothing was sent: refused, no such socket, unknown name, TLS verification, no connection in time.
    case connectFailed(String)
    /// The request's deadline passed; the server may have acted.
    case deadline
    /// No byte for longer than the request's idle limit; the server may have acted.
    case idle
    /// The body is longer than the reader wants; the server has acted.
    case bodyTooLarge
    /// Any other trouble, with libcurl's code (the connection was lost in the middle); the server may have acted.
    case failed(code: Int, String)
    /// The task was cancelled, or the stream's reader went away.
    case cancelled
    /// The client was closed.
    case closed

    /// Whether the server may have seen the request, and so acted on it. `.cancelled` and `.closed` do not know when
    /// they struck and say yes.
    public var mayHaveBeenSent: Bool {
        switch self {
        case .invalidRequest, .connectFailed: false
        case .deadline, .idle, .bodyTooLarge, .failed, .cancelled, .closed: true
        }
    }

    public var description: String {
        switch self {
        case .invalidRequest(let reason): "invalid request: \(reason)"
        case .connectFailed(let reason): "cannot connect: \(reason)"
        case .deadline: "no complete answer within the deadline"
        case .idle: "nothing was heard for too long"
        case .bodyTooLarge: "the answer is too large"
        case .failed(let code, let reason): "connection failed (\(code)): \(reason)"
        case .cancelled: "cancelled"
        case .closed: "the client is closed"
        }
    }
}
