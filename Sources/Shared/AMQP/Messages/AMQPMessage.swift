/// A message with the properties that this project uses.
///
/// The short texts (`contentType`, `type`, `messageID`, `correlationID`, `replyTo`, header names) hold at most 255 bytes.
public struct AMQPMessage: Sendable, Hashable {
    public var body: [UInt8]
    public var contentType = "application/json"
    public var type: String?
    /// A mandatory message without one is given one, so that a returned message is told from its neighbours.
    public var messageID: String?
    public var correlationID: String?
    public var replyTo: String?
    /// How long it may wait in a queue; whole milliseconds on the wire.
    public var expiration: Duration?
    /// Survives a restart of the broker in a durable queue.
    public var persistent = true
    public var headers: [String: AMQPValue] = [:]
    /// Seconds since 1970.
    public var timestamp: UInt64?

    public init(body: [UInt8]) {
        self.body = body
    }
}
