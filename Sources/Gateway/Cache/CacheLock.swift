import Foundation
import Glibc

/// Keeps two gateways from using one cache.
final class CacheLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `CacheFailure` when another process holds it.
    init(directory: String) throws {
        // Parents first; what cannot be made shows when the lock is opened.
        try? FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = directory + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CacheFailure(
                description: "cannot write \(path): \(String(cString: strerror(errno))); check STATE_DIR")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw CacheFailure(
                description: "another gateway uses \(directory): give each gateway a STATE_DIR of its own")
        }
    }

    deinit { Glibc.close(descriptor) }
}
