import Glibc

/// `--check-health`: asks the program that runs with the same settings on this machine whether it lives.
///
/// Images have neither a shell nor curl; this is what their health checks run. It is one blocking exchange in a process
/// of its own, which ends after it.
struct HealthCheck {
    let host: String
    let port: Int
    /// Certificates are the clients' affair: of an address that speaks TLS it is enough that it lets in.
    let speaksTLS: Bool

    /// How long each of connecting, sending and reading may take.
    static let patience = 5

    /// An address that stands for all of the machine's is asked at loopback.
    init(listen: (host: String, port: Int), speaksTLS: Bool) {
        self.speaksTLS = speaksTLS
        host =
            switch listen.host {
            case "0.0.0.0", "": "127.0.0.1"
            case "::": "::1"
            default: listen.host
            }
        port = listen.port
    }

    /// What is wrong; nil when it lives.
    func complaint() -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found else {
            return "LISTEN names no address of this machine: \(host)"
        }
        defer { freeaddrinfo(found) }
        let socket = Glibc.socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
        guard socket >= 0 else { return "no socket: \(String(cString: strerror(errno)))" }
        defer { close(socket) }
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            return "nothing listens on \(host):\(port): \(String(cString: strerror(errno)))"
        }
        guard !speaksTLS else { return nil }
        let request = "GET /healthz HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
        let sent = request.utf8.withContiguousStorageIfAvailable {
            send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == request.utf8.count else { return "\(host):\(port) takes no request" }
        var answer = [UInt8](repeating: 0, count: 32)
        let count = recv(socket, &answer, answer.count, Int32(MSG_WAITALL))
        guard count > 0 else { return "\(host):\(port) did not answer within \(Self.patience) s" }
        let line = String(decoding: answer.prefix(count).prefix { $0 != 13 }, as: UTF8.self)
        return line.hasPrefix("HTTP/1.1 200") ? nil : "/healthz says: \(line)"
    }
}
