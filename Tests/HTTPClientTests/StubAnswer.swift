/// Answers in HTTP's own words.
enum StubAnswer {
    static func ok(_ body: String, status: Int = 200, headers: String = "") -> String {
        "HTTP/1.1 \(status) Some Words\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }
}
