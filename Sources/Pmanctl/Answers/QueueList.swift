/// What waits, per backend.
struct QueueList: Decodable, Sendable {
    struct Queue: Decodable, Sendable {
        let backend: String
        let ready: Int?
        let unacknowledged: Int?
        let retrying: Int?
        let consumers: Int?
        let oldest_seconds: Double?
        let rate_in: Double
        let rate_out: Double
    }

    let complete: Bool
    let problem: String?
    let dead_letters: Int
    let queues: [Queue]
}
