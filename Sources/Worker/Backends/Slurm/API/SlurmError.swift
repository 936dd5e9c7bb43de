import Core
import HTTPClient

/// Why slurmrestd's answer is not what was asked for.
enum SlurmError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing was sent: no such socket, connection refused, no token.
    case unreachable(HTTPClientError)
    /// The request may have been carried out.
    case unclear(HTTPClientError)
    /// Slurm's own errors, the first one with its number; a number of -1 stands for trouble between slurmrestd and
    /// slurmctld.
    case refused(number: Int, message: String)
    /// An answer without Slurm's errors in it, as slurmrestd gives for an unknown path or a missing credential.
    case status(Int, message: String)
    case malformed(String)

    init(_ error: HTTPClientError) {
        self = error.mayHaveBeenSent ? .unclear(error) : .unreachable(error)
    }

    var description: String {
        switch self {
        case .unreachable(let error), .unclear(let error): "\(error)"
        case .refused(let number, let message): "Slurm says: \(message) (\(number))"
        case .status(let status, let message): "slurmrestd answered \(status): \(message)"
        case .malformed(let text): "slurmrestd's answer cannot be read: \(text)"
        }
    }
}
