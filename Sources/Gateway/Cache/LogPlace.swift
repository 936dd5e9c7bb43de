import Core

/// A place in a particular log; the same to every gateway that reads it.
struct LogPlace: Sendable, Hashable {
    let log: Nonce
    let offset: LogOffset

    init(log: Nonce, offset: LogOffset) {
        self.log = log
        self.offset = offset
    }

    /// - Throws: `InvalidValue` for what is none.
    init(_ text: String) throws(InvalidValue) {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let log = try? Nonce(String(parts[0])), let offset = LogOffset(parts[1]) else {
            throw InvalidValue("must be the id of an earlier event")
        }
        self.init(log: log, offset: offset)
    }

    var text: String { "\(log)-\(offset)" }
}

extension LogPlace: Codable {
    init(from decoder: any Decoder) throws { try self.init(String(from: decoder)) }
    func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
