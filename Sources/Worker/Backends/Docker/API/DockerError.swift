import HTTPClient

/// Why a call to a Docker Engine has no result.
enum DockerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing was sent: the engine took no connection, or the request cannot be put on the wire.
    case unreachable(HTTPClientError)
    /// The engine may or may not have done it: the deadline passed, or the connection was lost in the middle.
    case unclear(HTTPClientError)
    /// The engine refused, in its own words.
    case status(Int, message: String)
    /// The engine answered something that is not its API.
    case malformed(String)
    /// An image could not be pulled, in the engine's words; permanent: the same reference will not be had later either.
    case pullFailed(String, isPermanent: Bool)

    init(_ error: HTTPClientError) {
        self = error.mayHaveBeenSent ? .unclear(error) : .unreachable(error)
    }

    /// Whether the engine takes no connections or has ended one, as when it is killed; not when it is only slow.
    var meansEngineLeft: Bool {
        switch self {
        case .unreachable(.connectFailed), .unclear(.failed): true
        case .unreachable, .unclear, .status, .malformed, .pullFailed: false
        }
    }

    var description: String {
        switch self {
        case .unreachable(let error): "the engine cannot be reached: \(error)"
        case .unclear(let error): "the engine's answer was lost: \(error)"
        case .status(let status, let message): "the engine refused (\(status)): \(message)"
        case .malformed(let text): "not a Docker Engine's answer: \(text)"
        case .pullFailed(let message, _): "the image cannot be pulled: \(message)"
        }
    }
}
