/// A whole answer of a server.
public struct HTTPAnswer: Sendable {
    public let status: Int
    /// Names in lower case; of several headers of one name the last.
    public let headers: [String: String]
    public let body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    public var json: JSONValue { JSONValue(parsing: body) ?? .null }
}
