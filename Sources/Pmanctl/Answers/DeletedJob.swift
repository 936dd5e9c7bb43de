/// A job that is gone.
struct DeletedJob: Decodable, Sendable {
    let backend: String
    let jid: String
}
