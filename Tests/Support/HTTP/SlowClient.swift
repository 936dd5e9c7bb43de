import Glibc
import Threads

/// A client that sends what it has to say in pieces of its own choosing, and watches whether it is still listened to.
public final class SlowClient: Sendable {
    private let descriptor: Int32

    public init(_ address: HTTPAddress) throws { descriptor = try SocketBytes.connect(to: address) }

    deinit { close(descriptor) }

    /// - Returns: false when the server has closed the connection.
    @discardableResult
    public func send(_ text: String) -> Bool { SocketBytes.send(Array(text.utf8), to: descriptor) }

    /// Whether the server has closed the connection; what it answered is read and dropped.
    public var isClosed: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, 0) > 0 {
            var chunk = [UInt8](repeating: 0, count: 4096)
            if recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT)) <= 0 { return true }
        }
        return false
    }
}
