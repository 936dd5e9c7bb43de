import Core
import FoundationEssentials
import Glibc
import Program

/// The records of jobs in SLURM_LOG_DIRECTORY, a directory for each object.
///
/// slurmctld forgets: what has ended, after five minutes (MinJobAge), and what it accepted in the seconds before it was
/// killed, because it writes its state every few seconds only. The record is what remains of both.
struct JobRecords: Sendable {
    let directory: String
    /// Who owns the records, where that is not the worker's own user.
    let owner: Owner?
    private let thread: FileThread

    struct Owner: Sendable, Hashable {
        let user: uid_t
        let group: gid_t
    }

    private static let marker = "pman"
    private static let maximumJobBytes = 32 << 20

    init(directory: String, owner: Owner?) throws {
        self.directory = directory
        self.owner = owner
        thread = try FileThread()
    }

    /// Makes the directory. Its marker tells it from the empty place where a storage is not mounted.
    func prepare() throws(SettingFailure) {
        if mkdir(directory, 0o711) != 0, errno != EEXIST {
            throw SettingFailure("SLURM_LOG_DIRECTORY", "cannot be made: \(String(cString: strerror(errno)))")
        }
        let isFolder: Bool
        do {
            let folder = try RecordFolder(directory)
            if let folder, !folder.has(Self.marker) {
                try folder.write(Self.marker, Array("Records of pman's jobs.\n".utf8))
            }
            isFolder = folder != nil
        } catch {
            throw SettingFailure("SLURM_LOG_DIRECTORY", "cannot be used: \(error)")
        }
        guard isFolder else { throw SettingFailure("SLURM_LOG_DIRECTORY", "is no directory") }
    }

    func path(_ object: ObjectID) -> String { directory + "/" + object.text }

    /// Makes the record of a job that is about to be submitted.
    func create(_ object: ObjectID, _ job: SlurmSubmission) async throws(EngineTrouble) {
        let (path, owner) = (path(object), owner)
        let bytes = try Self.encode(job)
        try await run { () throws(EngineTrouble) in
            guard mkdir(path, 0o700) == 0, let folder = try RecordFolder(path) else {
                throw RecordFolder.trouble("a job's record")
            }
            try folder.makeFolder(JobRecordFile.mount)
            try folder.write(JobRecordFile.job, bytes)
            if let owner {
                try folder.give(JobRecordFile.mount, to: (owner.user, owner.group))
                try folder.give(nil, to: (owner.user, owner.group))
            }
        }
    }

    /// nil when there is no record: the job has been removed, or was never pman's.
    func read(_ object: ObjectID) async throws(EngineTrouble) -> SlurmRecord? {
        let path = path(object)
        return try await run { () throws(EngineTrouble) in
            guard let folder = try RecordFolder(path) else { return nil }
            var record = SlurmRecord()
            record.hasJob = folder.has(JobRecordFile.job)
            record.isReleased = folder.has(JobRecordFile.released)
            record.isStarted = folder.has(JobRecordFile.started)
            record.wasRunAgain = folder.has(JobRecordFile.again)
            if let numbers = Self.numbers(try folder.read(JobRecordFile.run, limit: 100)) {
                (record.runningJob, record.startedAt) = numbers
            }
            if let numbers = Self.numbers(try folder.read(JobRecordFile.ended, limit: 100)) {
                (record.exitCode, record.endedAt) = numbers
            }
            record.failure = try folder.read(JobRecordFile.failure, limit: 2000).map {
                String(decoding: $0, as: UTF8.self).trimmed.forMessage(limit: 500)
            }
            record.final = try folder.read(JobRecordFile.final, limit: 64 << 10).flatMap {
                try? JSONDecoder().decode(StatusReport.self, from: Data($0))
            }
            return record
        }
    }

    /// What was submitted for an object; nil when it was removed.
    func job(_ object: ObjectID) async throws(EngineTrouble) -> SlurmSubmission? {
        let path = path(object)
        return try await run { () throws(EngineTrouble) in
            try RecordFolder(path)?.read(JobRecordFile.job, limit: Self.maximumJobBytes).flatMap {
                try? JSONDecoder().decode(SlurmSubmission.self, from: Data($0))
            }
        }
    }

    /// Notes that the log has chosen the object.
    func noteRelease(_ object: ObjectID) async throws(EngineTrouble) {
        let path = path(object)
        try await run { () throws(EngineTrouble) in try RecordFolder(path)?.write(JobRecordFile.released, []) }
    }

    /// Notes how the job ended, for when Slurm has forgotten it. The output is a file of its own.
    func noteEnd(_ object: ObjectID, _ report: StatusReport) async throws(EngineTrouble) {
        var report = report
        report.logs = nil
        let (path, bytes) = (path(object), try Self.encode(report))
        try await run { () throws(EngineTrouble) in try RecordFolder(path)?.write(JobRecordFile.final, bytes) }
    }

    /// Makes sure that the job's script never begins any more, if it has not yet.
    func fence(_ object: ObjectID) async throws(EngineTrouble) {
        let path = path(object)
        try await run { () throws(EngineTrouble) in try RecordFolder(path)?.makeFolder(JobRecordFile.started) }
    }

    /// The same for a job that is being removed: it is never submitted again either.
    func forbid(_ object: ObjectID) async throws(EngineTrouble) {
        let path = path(object)
        try await run { () throws(EngineTrouble) in
            guard let folder = try RecordFolder(path) else { return }
            folder.remove(JobRecordFile.job)
            try folder.makeFolder(JobRecordFile.started)
        }
    }

    func remove(_ object: ObjectID) async throws(EngineTrouble) {
        let path = path(object)
        try await run { () throws(EngineTrouble) in
            try RecordFolder(path)?.clear()
            guard rmdir(path) == 0 || errno == ENOENT else { throw RecordFolder.trouble("a job's record") }
        }
    }

    /// The end of the job's output; nil when there is no record.
    func output(_ object: ObjectID, lines: Int, bytes: Int) async throws(EngineTrouble) -> String? {
        let path = path(object)
        return try await run { () throws(EngineTrouble) in
            guard let folder = try RecordFolder(path) else { return nil }
            var tail = LogTail(maximumLines: lines, maximumBytes: bytes)
            // One byte more shows whether something was left out.
            if let output = try folder.tail(JobRecordFile.output, limit: bytes + 1) { tail.append(output) }
            return tail.text
        }
    }

    /// What the job has written after `start` (nil: the end of it), at most `limit` bytes, and where that ends; nil when
    /// there is no record.
    func output(
        _ object: ObjectID, after start: Int?, limit: Int
    ) async throws(EngineTrouble) -> (bytes: [UInt8], end: Int)? {
        let path = path(object)
        return try await run { () throws(EngineTrouble) in
            guard let folder = try RecordFolder(path) else { return nil }
            return try folder.part(JobRecordFile.output, after: start, limit: limit) ?? ([], 0)
        }
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(EngineTrouble) -> Value
    ) async throws(EngineTrouble) -> Value {
        let directory = directory
        return try await thread.run { () throws(EngineTrouble) in
            guard let folder = try RecordFolder(directory), folder.has(Self.marker) else {
                throw .transient("SLURM_LOG_DIRECTORY is not there: is the shared storage mounted?")
            }
            return try body()
        }
    }

    /// `<number> <seconds since 1970>`, as the batch script writes it.
    static func numbers(_ bytes: [UInt8]?) -> (Int, Int)? {
        guard let bytes else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).trimmed.split(separator: " ")
        guard parts.count == 2, let number = Int(parts[0]), let time = Int(parts[1]), number >= 0, time >= 0 else {
            return nil
        }
        return (number, time)
    }

    private static func encode(_ value: some Encodable) throws(EngineTrouble) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(value))
        } catch {
            throw .permanent("the job cannot be written down: \(error)")
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
