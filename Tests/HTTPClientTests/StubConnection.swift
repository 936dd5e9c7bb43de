import Foundation
import Threads

/// The server's end of one connection. All but `hangUp` and `bytesWritten` is for its own thread.
final class StubConnection: Sendable {
    private struct State: Sendable {
        var pending: [UInt8] = []
        var written = 0
        var isEnded = false
    }

    private let descriptor: Int32
    private let state = Locked(State())

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// How many bytes the system has taken from this server so far.
    var bytesWritten: Int { state.withLock { $0.written } }

    /// Small buffers, so that a reader that does not read is felt soon.
    func shrinkBuffers() {
        var size: Int32 = 16 << 10
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next request, or nil when the client has closed the connection.
    func readRequest() -> StubRequest? {
        var bytes = state.withLock { $0.pending }
        var end = Self.headEnd(bytes)
        while end == nil {
            guard let more = readSome() else { return nil }
            bytes += more
            end = Self.headEnd(bytes)
        }
        guard let end, var request = Self.parse(bytes[..<end]) else { return nil }
        var body = Array(bytes[end...])
        let length = Int(request.headers["content-length"] ?? "0") ?? 0
        while body.count < length {
            guard let more = readSome() else { return nil }
            body += more
        }
        request.body = Array(body.prefix(length))
        state.withLock { $0.pending = Array(body.dropFirst(length)) }
        return request
    }

    /// What has come, or nil at the end of the connection.
    func readSome() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Blocks until the client has closed the connection.
    func waitForClose() {
        while readSome() != nil {}
    }

    @discardableResult
    func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
            state.withLock { $0.written += count }
        }
        return true
    }

    /// Ends the connection from any thread; a blocked read or write returns.
    func hangUp() {
        state.withLock { state in
            if !state.isEnded { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    func end() {
        state.withLock { state in
            state.isEnded = true
            close(descriptor)
        }
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        let blank = Array("\r\n\r\n".utf8)
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { Array(bytes[$0..<($0 + 4)]) == blank }.map { $0 + 4 }
    }

    private static func parse(_ head: ArraySlice<UInt8>) -> StubRequest? {
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].components(separatedBy: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        return StubRequest(method: words[0], target: words[1], headers: headers, body: [])
    }
}
