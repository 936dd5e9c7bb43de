import Foundation
import Glibc

/// A folder that is a file system of its own, so that a test can fill it. Only root can mount one.
public final class SmallDisk: Sendable {
    public let path: String
    private var filler: String { path + "/filler" }

    /// Lies over whatever is in the folder now.
    /// - Parameter mode: the folder's permissions, in octal digits.
    public init(at path: String, megabytes: Int, mode: String = "700") async throws {
        self.path = path
        try await ManagedProcess.run(
            "mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=\(mode)", "pman-test", path])
    }

    /// Takes all room that is left.
    public func fill() throws {
        let file = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemError(call: "open \(filler)") }
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for size in [1 << 20, 1 << 12] {
            while write(file, zeros, size) > 0 {}
        }
        guard errno == ENOSPC else { throw SystemError(call: "write \(filler)") }
    }

    /// Gives back what `fill()` took.
    public func clear() { unlink(filler) }

    /// Also while somebody still has files open there.
    public func remove() { umount2(path, Int32(MNT_DETACH)) }
}
