public import Foundation

/// A folder of its own that goes away with `remove()`, at the latest when the last reference does.
///
/// It lies directly under `PMAN_TEST_DIR` or the system's temporary folder: paths of unix sockets may have
/// 107 bytes only.
public final class TemporaryDirectory: Sendable {
    public let path: String

    /// - Parameter mode: 0755 lets servers that run as a user of their own look inside.
    public init(_ prefix: String = "pman", mode: Int = 0o755) throws {
        let environment = ProcessInfo.processInfo.environment
        let parent = environment["PMAN_TEST_DIR"] ?? environment["TMPDIR"] ?? "/tmp"
        let random = (0..<8).map { _ in String("abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "x") }.joined()
        path = "\(parent)/\(prefix)-\(random)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
    }

    deinit { remove() }

    public var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

    /// The path of something inside; nothing is made.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a folder inside, with those above it, and returns its path.
    @discardableResult
    public func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
        return file(name)
    }

    /// Writes a file inside, making its folders, and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: (file(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    public func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
    }

    /// Whether there is a file of this name inside.
    public func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// What any user may write into from now on.
    public func openToAll(_ name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: file(name))
    }

    /// Removing twice is no error; neither is what another process removes meanwhile.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
