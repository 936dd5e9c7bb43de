import Core
import Glibc

/// A directory that jobs may write into, and what is read from it: never through a symbolic link, never more than was
/// asked for, never from anything but a plain file.
final class RecordFolder {
    private let descriptor: Int32

    /// - Returns: nil when there is no such directory.
    /// - Throws: `.transient` when the storage does not answer as it should.
    init?(_ path: String) throws(EngineTrouble) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR || errno == ELOOP else { throw Self.trouble(path) }
            return nil
        }
    }

    deinit { close(descriptor) }

    func has(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// The first `limit` bytes of a file; nil when there is none.
    func read(_ name: String, limit: Int) throws(EngineTrouble) -> [UInt8]? {
        guard let file = try openFile(name) else { return nil }
        defer { close(file) }
        return try Self.read(file, from: 0, count: limit)
    }

    /// The last bytes of a file; nil when there is none.
    func tail(_ name: String, limit: Int) throws(EngineTrouble) -> [UInt8]? {
        guard let file = try openFile(name) else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.trouble(name) }
        let start = max(0, Int(status.st_size) - limit)
        return try Self.read(file, from: start, count: Int(status.st_size) - start)
    }

    /// What stands in a file after `start` (nil: its last bytes), at most `limit` bytes, and where that ends; nil when
    /// there is no file. One that became shorter is read from its beginning.
    func part(_ name: String, after start: Int?, limit: Int) throws(EngineTrouble) -> (bytes: [UInt8], end: Int)? {
        guard let file = try openFile(name) else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.trouble(name) }
        let range = GrowingFile.range(size: Int(status.st_size), after: start, limit: limit)
        let bytes = try Self.read(file, from: range.lowerBound, count: range.count)
        return (bytes, range.lowerBound + bytes.count)
    }

    /// Writes a file under another name first, so that nobody ever sees half of it.
    func write(_ name: String, _ bytes: [UInt8]) throws(EngineTrouble) {
        let draft = name + ".new"
        unlinkat(descriptor, draft, 0)
        let file = openat(descriptor, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.trouble(name) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let trouble = Self.trouble(name)
                close(file)
                throw trouble
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, close(file) == 0, renameat(descriptor, draft, descriptor, name) == 0 else {
            throw Self.trouble(name)
        }
    }

    func makeFolder(_ name: String) throws(EngineTrouble) {
        guard mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else { throw Self.trouble(name) }
    }

    /// Gives the directory and what is in it to the user that writes into it. `name` nil: the directory itself.
    func give(_ name: String?, to owner: (user: uid_t, group: gid_t)) throws(EngineTrouble) {
        let done =
            if let name {
                fchownat(descriptor, name, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) == 0
            } else {
                fchown(descriptor, owner.user, owner.group) == 0
            }
        guard done else { throw Self.trouble(name ?? "a directory") }
    }

    func remove(_ name: String) {
        guard unlinkat(descriptor, name, 0) != 0 else { return }
        unlinkat(descriptor, name, AT_REMOVEDIR)
    }

    /// Removes what is in the directory: files, links and empty directories.
    func clear() {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return }
        guard let stream = fdopendir(copy) else {
            close(copy)
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove(name) }
        }
    }

    private func openFile(_ name: String) throws(EngineTrouble) -> Int32? {
        // A pipe that somebody put there must not keep us waiting.
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT || errno == ELOOP || errno == ENXIO else { throw Self.trouble(name) }
            return nil
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            return nil
        }
        return file
    }

    private static func read(_ file: Int32, from start: Int, count: Int) throws(EngineTrouble) -> [UInt8] {
        guard let bytes = FileBytes.read(file, from: start, count: count) else { throw trouble("a file") }
        return bytes
    }

    static func trouble(_ what: String) -> EngineTrouble {
        .transient("SLURM_LOG_DIRECTORY: \(what.forMessage): \(String(cString: strerror(errno)))")
    }
}
