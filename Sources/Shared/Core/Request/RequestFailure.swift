/// Why a request body is refused with 400.
public enum RequestFailure: Error, Sendable, Equatable {
    /// One sentence about the whole body.
    case body(String)
    /// A sentence for each bad field.
    case fields([String: String])
}
