import HTTPClient

/// Why a call to Cromwell has no result.
enum CromwellError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing was sent.
    case unreachable(HTTPClientError)
    /// Cromwell may or may not have done it.
    case unclear(HTTPClientError)
    /// Cromwell refused, in its own words.
    case status(Int, message: String)
    /// The answer is not Cromwell's API.
    case malformed(String)

    init(_ error: HTTPClientError) {
        self = error.mayHaveBeenSent ? .unclear(error) : .unreachable(error)
    }

    var description: String {
        switch self {
        case .unreachable(let error): "Cromwell cannot be reached: \(error)"
        case .unclear(let error): "Cromwell's answer was lost: \(error)"
        case .status(let status, let message): "Cromwell refused (\(status)): \(message)"
        case .malformed(let text): "not Cromwell's answer (is CROMWELL_URL right?): \(text)"
        }
    }
}
