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
        let why = reason.flatMap { message?.hasPrefix($0) == true ? nil : $0 }
        let parts: [String?] = [
            status?.word, message.flatMap { $0.isEmpty || $0 == status?.word ? nil : $0 }, why,
            engine.map { "on \($0)" },
            attempt.map { "attempt \($0)" }, by.map { "by \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
