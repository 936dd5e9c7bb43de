/// Jobs that were given up.
struct DeadLetterPage: Decodable, Sendable {
    struct DeadLetter: Decodable, Sendable {
        let backend: String
        let jid: String
        let reason: String
        let at: String?
    }

    let dead_letters: [DeadLetter]
    let next: String?
}
