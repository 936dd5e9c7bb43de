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

    /// What is inside.
    public var contents: Folder { Folder(path: path) }

    public var url: URL { contents.url }

    public func file(_ name: String) -> String { contents.file(name) }

    @discardableResult
    public func folder(_ name: String) throws -> String { try contents.folder(name) }

    @discardableResult
    public func write(_ text: String, to name: String) throws -> String { try contents.write(text, to: name) }

    public func read(_ name: String) throws -> String { try contents.read(name) }

    /// Removing twice is no error; neither is what another process removes meanwhile.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
