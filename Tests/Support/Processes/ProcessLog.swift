import Foundation

/// What a process wrote to its standard output and standard error, in one file.
///
/// The process writes to the file itself: it is never held up by a slow reader, and nothing is lost when either side dies.
public struct ProcessLog: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Copies it into the folder that `PMAN_TEST_KEEP` names, if it names one.
    public func keep(as name: String) {
        guard let folder = ProcessInfo.processInfo.environment["PMAN_TEST_KEEP"] else { return }
        try? FileManager.default.copyItem(atPath: path, toPath: "\(folder)/\(name).log")
    }

    /// The end of it as text; invalid UTF-8 is replaced.
    /// - Parameter bytes: how much at most.
    public func tail(bytes: Int = 64 * 1024) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? handle.close() }
        let end = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: end > UInt64(bytes) ? end - UInt64(bytes) : 0)
        return String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// The last lines, the oldest first.
    public func lines(last count: Int = 1000) -> [String] {
        let all = tail(bytes: 1024 * 1024).split(separator: "\n", omittingEmptySubsequences: true)
        return all.suffix(count).map(String.init)
    }

    /// Bytes written so far: a place to search from.
    public var end: UInt64 {
        guard let handle = FileHandle(forReadingAtPath: path) else { return 0 }
        defer { try? handle.close() }
        return (try? handle.seekToEnd()) ?? 0
    }

    /// Whole lines from `offset` on, at most 1 MiB at a time, and the offset after them.
    func wholeLines(from offset: UInt64) -> (lines: [String], next: UInt64) {
        guard let handle = FileHandle(forReadingAtPath: path) else { return ([], offset) }
        defer { try? handle.close() }
        try? handle.seek(toOffset: offset)
        let data = (try? handle.read(upToCount: 1024 * 1024)) ?? Data()
        guard let newline = data.lastIndex(of: UInt8(ascii: "\n")) else { return ([], offset) }
        let whole = data[data.startIndex...newline]
        let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
        return (lines, offset + UInt64(whole.count))
    }
}
