import Foundation
import Glibc

/// What happened on the engine, a line for each fact, in the order in which it happened. A line is written in one call
/// before anybody is told of the fact, so that it survives the engine's own SIGKILL.
final class Ledger: Sendable {
    /// One fact: words separated by tabs, after the time in milliseconds since 1970.
    struct Fact: Sendable {
        let at: Int
        let kind: String
        let words: [String]
    }

    private let descriptor: Int32
    let path: String

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission) }
    }

    static func now() -> Int { Int(Date.now.timeIntervalSince1970 * 1000) }

    func write(_ kind: String, _ words: String..., at time: Int = now()) {
        let line = ([String(time), kind] + words).joined(separator: "\t") + "\n"
        let bytes = Array(line.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            // A ledger with a hole proves nothing.
            FileHandle.standardError.write(Data("the ledger cannot be written: \(errno)\n".utf8))
            exit(74)
        }
    }

    func facts() throws -> [Fact] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard words.count >= 2, let at = Int(words[0]) else { return nil }
            return Fact(at: at, kind: words[1], words: Array(words.dropFirst(2)))
        }
    }
}
