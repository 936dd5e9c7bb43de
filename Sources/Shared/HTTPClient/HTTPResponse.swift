/// A response with its whole body.
public struct HTTPResponse: Sendable {
    /// The status, 200 and up.
    public var status: Int
    /// Names in lower case; of a repeated one the last value.
    public var headers: [String: String]
    /// All of the body.
    public var body: [UInt8]

    public init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
