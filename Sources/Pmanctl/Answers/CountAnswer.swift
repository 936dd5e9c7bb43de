/// How many.
struct CountAnswer: Decodable, Sendable {
    let count: Int
}
