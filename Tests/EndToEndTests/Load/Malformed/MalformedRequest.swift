/// A request that no gateway can obey.
struct MalformedRequest: Sendable {
    enum Fate: Sendable {
        /// HTTP as it should be: exactly one answer comes, and the connection goes on.
        case answered
        /// No HTTP: an answer or the end of the connection comes.
        case refused
        /// Only a part of one: nothing needs to come.
        case abandoned
    }

    let method: String
    let bytes: [UInt8]
    let fate: Fate

    init(_ method: String, _ bytes: [UInt8], _ fate: Fate) {
        self.method = method
        self.bytes = bytes
        self.fate = fate
    }

    /// One whose HTTP is right.
    init(_ method: String, _ target: [UInt8], type: String = "application/json", body: [UInt8]? = nil) {
        var head = Array("\(method) ".utf8) + target + Array(" HTTP/1.1\r\nHost: gateway\r\n".utf8)
        if let body { head += Array("Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n".utf8) }
        self.init(method, head + Array("\r\n".utf8) + (body ?? []), .answered)
    }
}
