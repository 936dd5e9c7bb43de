public import Foundation

/// A folder, and what tests do with the files in it.
public struct Folder: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

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
}
