/// HTTP/1.1 on one socket: a request out, an answer in.
struct HTTPExchange {
    let socket: HTTPSocket

    struct Head {
        let status: Int
        let headers: [String: String]

        var isChunked: Bool { headers["transfer-encoding"]?.lowercased().contains("chunked") ?? false }
        var keepsConnection: Bool { headers["connection"]?.lowercased() != "close" }
    }

    func send(_ method: String, _ target: String, headers: [String: String], body: [UInt8]?, deadline: Deadline) throws
    {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        let host = if case .tcp = socket.address { socket.address.description } else { "localhost" }
        head += "Host: \(host)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        head += "\r\n"
        try socket.send(Array(head.utf8) + (body ?? []), deadline: deadline)
    }

    func head(deadline: Deadline) throws -> Head {
        while true {
            let first = try socket.line(deadline: deadline)
            let words = first.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
                throw HTTPFailure(address: socket.address, reason: "no HTTP answer: \(first.prefix(80))")
            }
            var headers: [String: String] = [:]
            while true {
                let line = try socket.line(deadline: deadline)
                if line.isEmpty { break }
                guard let colon = line.firstIndex(of: ":") else { continue }
                let value = line[line.index(after: colon)...]
                headers[line[..<colon].lowercased()] = String(value.drop(while: { $0 == " " }))
            }
            // 100 Continue and the like come before the answer.
            if status >= 200 { return Head(status: status, headers: headers) }
        }
    }

    /// The next chunk of a chunked body; nil after the last.
    func chunk(deadline: Deadline) throws -> [UInt8]? {
        let line = try socket.line(deadline: deadline)
        let digits = line.prefix { $0.isHexDigit }
        guard let size = Int(digits, radix: 16) else {
            throw HTTPFailure(address: socket.address, reason: "bad chunk size: \(line.prefix(40))")
        }
        guard size > 0 else {
            while try !socket.line(deadline: deadline).isEmpty {}
            return nil
        }
        let bytes = try socket.bytes(size, deadline: deadline)
        _ = try socket.line(deadline: deadline)
        return bytes
    }

    func body(of head: Head, method: String, deadline: Deadline) throws -> [UInt8] {
        if method == "HEAD" || head.status == 204 || head.status == 304 { return [] }
        if head.isChunked {
            var body: [UInt8] = []
            while let chunk = try chunk(deadline: deadline) { body += chunk }
            return body
        }
        if let length = head.headers["content-length"].flatMap({ Int($0) }) {
            return try socket.bytes(length, deadline: deadline)
        }
        return try socket.bytesToEnd(deadline: deadline)
    }

    /// Whether the socket stands behind a whole answer and can take another request.
    func canGoOn(after head: Head, method: String) -> Bool {
        let isBounded =
            head.isChunked || head.headers["content-length"] != nil || head.status == 204 || method == "HEAD"
        return head.keepsConnection && isBounded
    }
}
