extension OutgoingMessage {
    /// What we ask the broker for; it may answer with less.
    static let frameMax = 131_072
    static let headersTooLarge = "its headers do not fit into one frame"

    /// Why it cannot be written, or nil. A frame that is too large would leave the connection broken.
    /// - Parameter frameMax: of the present connection, when there is one.
    func problem(frameMax: Int?) -> String? {
        let texts: [(String, String?)] = [
            ("exchange", exchange), ("routing key", routingKey), ("content type", message.contentType),
            ("type", message.type), ("message id", message.messageID), ("correlation id", message.correlationID),
            ("reply-to", message.replyTo),
        ]
        for (name, text) in texts where (text?.utf8.count ?? 0) > 255 {
            return "its \(name) is longer than 255 bytes"
        }
        if !Self.keysFit(message.headers) { return "a header's name is longer than 128 bytes" }
        return fits(frameMax: frameMax ?? Self.frameMax) ? nil : Self.headersTooLarge
    }

    func fits(frameMax: Int) -> Bool {
        let texts = [message.contentType, message.type, message.messageID, message.correlationID, message.replyTo]
        let fixed = 128  // frame and content header, numbers, the length of each text
        let size = texts.reduce(fixed) { $0 + ($1?.utf8.count ?? 0) } + Self.size(of: message.headers)
        return size <= frameMax
    }

    private static func keysFit(_ table: [String: AMQPValue]) -> Bool {
        table.allSatisfy { key, value in
            guard key.utf8.count <= 128 else { return false }
            return keysFit(value)
        }
    }

    private static func keysFit(_ value: AMQPValue) -> Bool {
        switch value {
        case .table(let table): keysFit(table)
        case .array(let values): values.allSatisfy(keysFit)
        default: true
        }
    }

    private static func size(of table: [String: AMQPValue]) -> Int {
        table.reduce(4) { $0 + 1 + $1.key.utf8.count + size(of: $1.value) }
    }

    private static func size(of value: AMQPValue) -> Int {
        switch value {
        case .bool: 2
        case .int, .timestamp: 9
        case .string(let text): 5 + text.utf8.count
        case .table(let table): 1 + size(of: table)
        case .array(let values): values.reduce(5) { $0 + size(of: $1) }
        case .other: 1
        }
    }
}
