extension JobRequest {
    /// The request itself, when it is one for this submission's job and can be run.
    /// - Throws: `DecodingError` otherwise: what was stored or sent obeys the same rules as what a client sends.
    func checked(isFor submission: SubmissionID) throws -> JobRequest {
        guard job == submission.key.job else { throw Self.corrupted("the request is for another job") }
        guard !entrypoint.isEmpty else { throw Self.corrupted("the entry point is empty") }
        guard (entrypoint + arguments + pathFlags + [user]).allSatisfy({ !$0.utf8.contains(0) }) else {
            throw Self.corrupted("a word has a NUL character in it")
        }
        return self
    }

    private static func corrupted(_ text: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: text))
    }
}
