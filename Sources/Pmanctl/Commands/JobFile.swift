import Core
import FoundationEssentials
import Glibc

/// A job in a file, or on standard input.
enum JobFile {
    /// Bodies that a gateway takes are far smaller.
    static let maximumBytes = 16 << 20

    /// - Parameter path: `-` is standard input.
    static func value(at path: String) throws(Trouble) -> JSONValue {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Trouble("\(path): \(String(cString: strerror(errno)))", .notFound) }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Trouble("\(path): \(String(cString: strerror(errno)))", .notFound) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            guard bytes.count <= maximumBytes else { throw Trouble("\(path) is too long for a job", .usage) }
        }
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw Trouble("\(path) is no JSON", .usage)
        }
    }
}
