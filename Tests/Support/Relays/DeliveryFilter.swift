/// Takes the deliveries of one queue out of what a broker sends on one connection, until a consumer is registered anew:
/// for its reader it is as if the broker had forgotten it, while heartbeats and confirms go on.
struct DeliveryFilter {
    private enum Method {
        static let consumeOK: (UInt16, UInt16) = (60, 21)
        static let deliver: (UInt16, UInt16) = (60, 60)
    }

    private var queue: String?
    private var rest: [UInt8] = []
    /// Channels whose present delivery is taken out.
    private var swallowing: Set<UInt16> = []
    private(set) var swallowed = 0

    /// - Parameter queue: the name under which its messages were published.
    mutating func begin(_ queue: String) { self.queue = queue }

    /// Whole frames that may pass; what is not whole yet is kept for the next call.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        rest += bytes
        var passed: [UInt8] = []
        var position = 0
        while rest.count - position >= 8 {
            let size = Int(number(at: position + 3, bytes: 4)) + 8
            guard rest.count - position >= size else { break }
            let frame = Array(rest[position..<position + size])
            if mayPass(frame) { passed += frame }
            position += size
        }
        rest.removeFirst(position)
        return passed
    }

    private mutating func mayPass(_ frame: [UInt8]) -> Bool {
        let channel = UInt16(frame[1]) << 8 | UInt16(frame[2])
        guard frame[0] == 1 else { return !swallowing.contains(channel) }
        swallowing.remove(channel)
        guard let queue, frame.count >= 12 else { return true }
        let method = (UInt16(frame[7]) << 8 | UInt16(frame[8]), UInt16(frame[9]) << 8 | UInt16(frame[10]))
        if method == Method.consumeOK { self.queue = nil }
        guard method == Method.deliver, Self.routingKey(frame) == queue else { return true }
        swallowing.insert(channel)
        swallowed += 1
        return false
    }

    /// Of `basic.deliver`: consumer tag, delivery tag (8 bytes), redelivered (1), exchange, routing key.
    private static func routingKey(_ frame: [UInt8]) -> String? {
        var position = 11
        func text() -> String? {
            guard position < frame.count, position + 1 + Int(frame[position]) < frame.count else { return nil }
            defer { position += 1 + Int(frame[position]) }
            return String(decoding: frame[(position + 1)..<(position + 1 + Int(frame[position]))], as: UTF8.self)
        }
        guard text() != nil else { return nil }
        position += 9
        return text() == nil ? nil : text()
    }

    private func number(at position: Int, bytes: Int) -> UInt32 {
        rest[position..<position + bytes].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
