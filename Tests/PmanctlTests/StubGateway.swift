import Foundation
import HTTPClient
import Threads

@testable import Pmanctl

/// A gateway on a real socket that answers what a test says.
final class StubGateway: Sendable {
    struct Request: Sendable {
        var method: String
        /// With the query.
        var target: String
        /// Names in lower case.
        var headers: [String: String]
        var body: String
    }

    struct Answer: Sendable {
        var status = 200
        var body: String
        /// The body goes on until the connection closes.
        var isStream = false
    }

    typealias Script = @Sendable (Request) -> Answer?

    let port: UInt16
    private let listener: Int32
    private let seen = Locked<[Request]>([])
    private let script: Script

    /// - Parameter script: nil closes the connection without an answer.
    init(_ script: @escaping Script) throws {
        self.script = script
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 ? getsockname(listener, $0, &length) : -1
            }
        }
        guard code == 0, listen(listener, 64) == 0 else { throw POSIXError(.EIO) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread { [self] in
                    serve(connection)
                    close(connection)
                }
            }
            close(listener)
        }
    }

    /// A port that nobody listens on.
    static func closedPort() throws -> UInt16 {
        let gateway = try StubGateway { _ in nil }
        gateway.stop()
        return gateway.port
    }

    var requests: [Request] { seen.withLock { $0 } }

    func gateway(credentials: String = "", token: String? = nil) throws -> Gateway {
        try Gateway(GatewayAddress(url: "http://\(credentials)127.0.0.1:\(port)", token: token))
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32) {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard let request = Self.request(in: text) else { continue }
            text = ""
            seen.withLock { $0.append(request) }
            guard let answer = script(request) else { return }
            let length =
                answer.isStream
                ? "Content-Type: text/event-stream\r\nConnection: close" : "Content-Length: \(answer.body.utf8.count)"
            let bytes = Array("HTTP/1.1 \(answer.status) Words\r\n\(length)\r\n\r\n\(answer.body)".utf8)
            _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            if answer.isStream { return }
        }
    }

    private static func request(in text: String) -> Request? {
        let parts = text.components(separatedBy: "\r\n\r\n")
        guard parts.count > 1 else { return nil }
        let lines = parts[0].components(separatedBy: "\r\n")
        let words = lines[0].components(separatedBy: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces)
        }
        let body = parts.dropFirst().joined(separator: "\r\n\r\n")
        guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
        return Request(method: words[0], target: words[1], headers: headers, body: body)
    }
}
