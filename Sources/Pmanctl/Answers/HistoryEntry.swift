/// Something that happened to a job.
struct HistoryEntry: Decodable, Sendable {
    let id: String
    let at: String
    let kind: String
    let by: String?
    let engine: String?
    let object: String?
    let attempt: Int?
    let status: JobStatusText?
    let message: String?
    let exit_code: Int?
    let reason: String?

    /// In one line, without the time and the kind.
    var text: String {
        let parts: [String?] = [
            status?.word, message.flatMap { $0.isEmpty ? nil : $0 }, reason, engine.map { "on \($0)" },
            attempt.map { "attempt \($0)" }, by.map { "by \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
