/// A response whose headers have come and whose body is still coming.
public struct HTTPStream: Sendable {
    /// The status, 200 and up.
    public let status: Int
    /// Names in lower case; of a repeated one the last value.
    public let headers: [String: String]
    /// The body; letting go of it (and of its iterator) ends the transfer.
    public let body: HTTPBody
}
