import Threads

/// What a client says to a broker on one connection, frame by frame, and which queues it consumes: so that a consumer can be
/// cancelled in its name, which neither of the two notices.
final class Subscriptions: Sendable {
    private struct State: Sendable {
        /// What is not a whole frame yet.
        var rest: [UInt8] = []
        var sawHeader = false
        /// Queue and tag by channel.
        var consumers: [UInt16: (queue: String, tag: [UInt8])] = [:]
    }

    private enum Method {
        static let consume: [UInt8] = [0, 60, 0, 20]
        static let cancel: [UInt8] = [0, 60, 0, 30]
    }

    private let state = Locked(State())
    private let server: Int32

    init(server: Int32) { self.server = server }

    /// Passes on what is whole.
    /// - Returns: false when the server does not listen any more.
    func pass(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            state.rest += bytes
            var position = 0
            if !state.sawHeader {
                // "AMQP" and the version.
                guard state.rest.count >= 8 else { return true }
                state.sawHeader = true
                position = 8
            }
            while state.rest.count - position >= 8 {
                let size = state.rest[(position + 3)..<(position + 7)].reduce(0) { $0 << 8 | Int($1) } + 8
                guard state.rest.count - position >= size else { break }
                Self.note(state.rest[position..<position + size], &state.consumers)
                position += size
            }
            defer { state.rest.removeFirst(position) }
            return position == 0 || SocketBytes.send(state.rest[..<position], to: server)
        }
    }

    /// Cancels the consumers of a queue, without an answer.
    /// - Returns: how many there were.
    func cancel(_ queue: String) -> Int {
        state.withLock { state in
            let found = state.consumers.filter { $0.value.queue == queue }
            for (channel, consumer) in found {
                state.consumers[channel] = nil
                let noWait: UInt8 = 1
                let payload = Method.cancel + [UInt8(consumer.tag.count)] + consumer.tag + [noWait]
                let length = UInt32(payload.count)
                let head: [UInt8] = [
                    1, UInt8(channel >> 8), UInt8(channel & 255), UInt8(length >> 24), UInt8(length >> 16 & 255),
                    UInt8(length >> 8 & 255), UInt8(length & 255),
                ]
                SocketBytes.send(head + payload + [0xCE], to: server)
            }
            return found.count
        }
    }

    /// `basic.consume`: a reserved number (2 bytes), queue, tag.
    private static func note(_ frame: ArraySlice<UInt8>, _ consumers: inout [UInt16: (queue: String, tag: [UInt8])]) {
        let frame = Array(frame)
        guard frame[0] == 1, frame.count > 15, Array(frame[7..<11]) == Method.consume else { return }
        let queue = frame[14...].prefix(Int(frame[13]))
        let afterQueue = 14 + queue.count
        guard frame.count > afterQueue else { return }
        let tag = frame[(afterQueue + 1)...].prefix(Int(frame[afterQueue]))
        consumers[UInt16(frame[1]) << 8 | UInt16(frame[2])] = (String(decoding: queue, as: UTF8.self), Array(tag))
    }
}
