import Glibc

/// One connection to a server; every call has a deadline. Used by one thread at a time.
final class HTTPSocket {
    let address: HTTPAddress
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var position = 0

    init(to address: HTTPAddress, deadline: Deadline) throws {
        self.address = address
        let family = if case .tcp = address { AF_INET } else { AF_UNIX }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, kind, 0)
        guard descriptor >= 0 else {
            throw HTTPFailure(address: address, reason: SystemError(call: "socket").description)
        }
        try connect(deadline: deadline)
    }

    /// Runs also when `init` threw: by then everything was stored.
    deinit { if descriptor >= 0 { close(descriptor) } }

    private func failure(_ reason: String) -> HTTPFailure { HTTPFailure(address: address, reason: reason) }

    private func connect(deadline: Deadline) throws {
        let result =
            switch address {
            case .tcp(let host, let port): try connect(host: host, port: port)
            case .unix(let path): try connect(path: path)
            }
        guard result != 0 else { return }
        // A unix socket whose server does not accept answers EAGAIN at once instead of waiting.
        guard errno == EINPROGRESS else { throw failure(SystemError(call: "connect").description) }
        try wait(for: Int16(POLLOUT), deadline: deadline, "connect")
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { throw failure(SystemError(call: "connect", code: code).description) }
    }

    private func connect(host: String, port: UInt16) throws -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &name.sin_addr) == 1 else { throw failure("not an IPv4 address") }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func connect(path: String) throws -> Int32 {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else { throw failure("the path is too long") }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private func wait(for events: Int16, deadline: Deadline, _ what: String) throws {
        while true {
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let count = poll(&entry, 1, deadline.remainingMilliseconds)
            if count > 0 { return }
            if count < 0, errno == EINTR { continue }
            throw failure("\(what) timed out")
        }
    }

    /// Whether a kept connection can take another request: the server has neither closed it nor said anything unasked.
    var isIdle: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return position == buffer.count && poll(&entry, 1, 0) == 0
    }

    /// Waits, and says whether the next read finds something, if only the end.
    func hasSomethingToRead(within time: Duration) -> Bool {
        guard position == buffer.count else { return true }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(
            &entry, 1,
            Int32(clamping: time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)) > 0
    }

    func send(_ bytes: [UInt8], deadline: Deadline) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { whole in
                Glibc.send(descriptor, whole.baseAddress.map { $0 + sent }, whole.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: Int16(POLLOUT), deadline: deadline, "sending")
            } else if errno != EINTR {
                throw failure(SystemError(call: "send").description)
            }
        }
    }

    /// More bytes into the buffer; false at the end of the stream.
    private func fill(deadline: Deadline) throws -> Bool {
        if position == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            position = 0
        }
        while true {
            var chunk = [UInt8](repeating: 0, count: 64 * 1024)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                buffer += chunk[..<count]
                return true
            }
            if count == 0 { return false }
            if errno == EAGAIN {
                try wait(for: Int16(POLLIN), deadline: deadline, "waiting for the answer")
            } else if errno != EINTR {
                throw failure(SystemError(call: "recv").description)
            }
        }
    }

    /// A line without its end.
    func line(deadline: Deadline) throws -> String {
        while true {
            if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
                var line = buffer[position..<end]
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                position = end + 1
                return String(decoding: line, as: UTF8.self)
            }
            guard try fill(deadline: deadline) else {
                throw failure("closed the connection before its answer was whole")
            }
        }
    }

    func bytes(_ count: Int, deadline: Deadline) throws -> [UInt8] {
        while buffer.count - position < count {
            guard try fill(deadline: deadline) else {
                throw failure("closed the connection before its answer was whole")
            }
        }
        defer { position += count }
        return Array(buffer[position..<position + count])
    }

    func bytesToEnd(deadline: Deadline) throws -> [UInt8] {
        while try fill(deadline: deadline) {}
        defer { position = buffer.count }
        return Array(buffer[position...])
    }
}
