/// A job in a list.
struct JobSummary: Decodable, Sendable {
    let backend: String
    let jid: String
    let status: JobStatusText
    let message: String
    let image: String
    let command: String
    let engine: String?
    let user: String
    let submitted_at: String?
    let started_at: String?
    let finished_at: String?
    let exit_code: Int?
}
