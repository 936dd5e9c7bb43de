import Glibc

/// The end of a file that a job wrote, where the worker sees it.
enum OutputFile {
    /// Why there is nothing to show.
    enum Trouble: Error, Sendable, Hashable {
        /// No such file: the job has not begun, or the worker does not see that directory.
        case missing
        /// The path leads out of the workflow's own directory, or to something that is no plain file.
        case suspicious
        case unreadable(String)
    }

    /// Reads the last bytes.
    ///
    /// The job can write in its workflow's directory and put links in there, so below that no link is followed.
    /// - Parameters:
    ///   - workflow: the id that names the workflow's directory in the path.
    ///   - limit: how many bytes at most.
    static func end(of path: String, workflow: String, limit: Int) throws(Trouble) -> [UInt8] {
        let descriptor = try open(path, below: workflow)
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw .unreadable(reason()) }
        guard information.st_mode & S_IFMT == S_IFREG else { throw .suspicious }
        let start = max(0, Int(information.st_size) - limit)
        guard let bytes = FileBytes.read(descriptor, from: start, count: limit) else { throw .unreadable(reason()) }
        return bytes
    }

    /// What stands in the file after `start` (nil: its last bytes), at most `limit` bytes, and where that ends.
    static func part(
        of path: String, workflow: String, after start: Int?, limit: Int
    ) throws(Trouble) -> (bytes: [UInt8], end: Int) {
        let descriptor = try open(path, below: workflow)
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw .unreadable(reason()) }
        guard information.st_mode & S_IFMT == S_IFREG else { throw .suspicious }
        let range = GrowingFile.range(size: Int(information.st_size), after: start, limit: limit)
        guard let bytes = FileBytes.read(descriptor, from: range.lowerBound, count: range.count) else {
            throw .unreadable(reason())
        }
        return (bytes, range.lowerBound + bytes.count)
    }

    private static func open(_ path: String, below workflow: String) throws(Trouble) -> Int32 {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        guard path.utf8.first == UInt8(ascii: "/"), !parts.contains(".."), !path.utf8.contains(0),
            let own = parts.firstIndex(of: workflow), own + 1 < parts.count
        else { throw .suspicious }
        var descriptor = Glibc.open("/" + parts[...own].joined(separator: "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for (index, part) in parts[(own + 1)...].enumerated() {
            guard descriptor >= 0 else { throw failure() }
            let isLast = own + 1 + index == parts.count - 1
            // Not to wait for the writer of a pipe.
            let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (isLast ? O_NONBLOCK : O_DIRECTORY)
            let next = openat(descriptor, part, flags)
            let code = errno
            close(descriptor)
            errno = code
            descriptor = next
        }
        guard descriptor >= 0 else { throw failure() }
        return descriptor
    }

    private static func failure() -> Trouble {
        switch errno {
        case ENOENT: .missing
        // With O_NOFOLLOW a link is ELOOP, or with O_DIRECTORY as well ENOTDIR.
        case ELOOP, ENOTDIR: .suspicious
        default: .unreadable(reason())
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
