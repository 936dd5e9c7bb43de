import Core

/// A body of `multipart/form-data` (RFC 7578).
struct MultipartForm: Sendable {
    private let boundary: String
    private var parts: [UInt8] = []

    /// - Parameter boundary: must not occur in any part; a random one does not.
    init(boundary: String = "pman-\(Nonce.random())-\(Nonce.random())") { self.boundary = boundary }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    var body: [UInt8] { parts + Array("--\(boundary)--\r\n".utf8) }

    /// - Parameter name: of letters and digits.
    mutating func addField(_ name: String, _ value: String) {
        add("Content-Disposition: form-data; name=\"\(name)\"\r\n", Array(value.utf8))
    }

    mutating func addFile(_ name: String, filename: String, type: String, _ content: [UInt8]) {
        add(
            "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(filename)\"\r\nContent-Type: \(type)\r\n",
            content)
    }

    private mutating func add(_ headers: String, _ content: [UInt8]) {
        parts += Array("--\(boundary)\r\n\(headers)\r\n".utf8) + content + Array("\r\n".utf8)
    }
}
