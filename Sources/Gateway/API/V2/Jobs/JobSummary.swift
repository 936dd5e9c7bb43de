import Core
import Foundation
import Program

/// A job as version 2 lists it.
struct JobSummary: Encodable, Sendable {
    /// Characters of the command that a list shows; `words` of the job's own page has all of it.
    static let shownCommand = 2_000

    let submission: Submission
    let waiting: Waiting?

    private enum CodingKeys: String, CodingKey {
        case backend, jid, generation, status, message, image, command, engine, user
        case submittedAt = "submitted_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case exitCode = "exit_code"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        let report = submission.report
        let backend = submission.id.key.backend
        try fields.encode(backend.rawValue, forKey: .backend)
        try fields.encode(submission.id.key.job.text, forKey: .jid)
        try fields.encode(submission.id.generation, forKey: .generation)
        try fields.encode(report?.status ?? .notstarted, forKey: .status)
        try fields.encode(message, forKey: .message)
        try fields.encode(submission.request.image.text, forKey: .image)
        try fields.encode(command, forKey: .command)
        try fields.encode(submission.placement?.engine.text, forKey: .engine)
        try fields.encode(submission.request.user, forKey: .user)
        try fields.encode(Self.time(submission.submittedTime), forKey: .submittedAt)
        try fields.encode(Self.time(submission.startedTime), forKey: .startedAt)
        try fields.encode(submission.isFinal ? Self.time(report?.timestamp) : nil, forKey: .finishedAt)
        try fields.encode(report?.exitCode, forKey: .exitCode)
    }

    private var message: String {
        if let waiting, waiting.outweighsLog { return waiting.text }
        return submission.report?.message ?? (submission.placement == nil ? "queued" : "created")
    }

    private var command: String {
        let line = ShellQuoting.join(submission.request.command, quoted: true)
        return line.utf8.count <= Self.shownCommand ? line : String(line.prefix(Self.shownCommand)) + "…"
    }

    /// What a clock somewhere else wrote, as long as it is a time: engines also write year 1 for "never".
    static func time(_ text: String?) -> String? {
        guard let text, let date = Timestamps.parse(text), date.timeIntervalSince1970 > 0 else { return nil }
        return text
    }
}
