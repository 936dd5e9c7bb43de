import Foundation
import Threads

/// An engine that gives canned answers on a Unix socket; what it has seen can be asked.
final class DockerStub: Sendable {
    /// By "METHOD /path" without version and query; an empty answer closes the connection, nil never answers.
    typealias Script = @Sendable (String) -> String?

    let socket: String
    private let listener: Int32
    private let seen = Locked<[String]>([])
    private let connections = Locked<[Int32]>([])
    private let script: Script

    init(_ script: @escaping Script) throws {
        socket = NSTemporaryDirectory() + "/engine-\(UUID().uuidString.prefix(8)).sock"
        listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.script = script
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socket.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0, listen(listener, 64) == 0 else { throw POSIXError(.EIO) }
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                connections.withLock { $0.append(connection) }
                Thread.detachNewThread { [self] in serve(connection) }
            }
            close(listener)
        }
    }

    /// The requests so far, without their versions.
    var requests: [String] { seen.withLock { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { open in for connection in open { shutdown(connection, Int32(SHUT_RDWR)) } }
        unlink(socket)
    }

    static func answer(_ status: Int, _ body: String) -> String {
        "HTTP/1.1 \(status) Words\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func serve(_ connection: Int32) {
        defer {
            connections.withLock { open in open.removeAll { $0 == connection } }
            close(connection)
        }
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            // Bodies are of no interest: what follows a request line that is not one is skipped.
            guard text.contains("\r\n\r\n") else { continue }
            let words = text.components(separatedBy: " ")
            text = ""
            guard words.count > 2 else { return }
            let path = words[1].prefix { $0 != "?" }.replacing(/^\/v1\.\d+/, with: "")
            seen.withLock { $0.append("\(words[0]) \(path)") }
            guard let answer = script("\(words[0]) \(path)") else { continue }
            guard !answer.isEmpty else { return }
            let bytes = Array(answer.utf8)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            if !answer.contains("Content-Length") { return }
        }
    }
}
