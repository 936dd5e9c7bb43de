/// What a stream sends when somebody starts to read it.
struct DockerStreamRequest: Sendable {
    var method = "GET"
    var path: String
    var query: [(name: String, value: String)]
    var headers: [(name: String, value: String)] = []
    /// For the whole stream; nil: for ever.
    var deadline: Duration?
    /// Without a byte; nil: for ever.
    var idleLimit: Duration?
}
