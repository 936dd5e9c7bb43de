import CCurl

/// A response with its whole body.
public struct HTTPResponse: Sendable {
    /// The status, 200 and up.
    public var status: Int
    /// Names in lower case; of a repeated one the last value.
    public var headers: [String: String]
    /// All of the body.
    public var body: [UInt8]

    /// When it was made, in seconds since 1970 by the server's own clock, if the server says so.
    public var date: Int? {
        guard let text = headers["date"] else { return nil }
        let time = curl_getdate(text, nil)
        return time < 0 ? nil : Int(time)
    }

    public init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
