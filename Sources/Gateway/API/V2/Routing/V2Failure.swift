import HTTPTypes

/// Why a request is not answered with what it asked for.
struct V2Failure: Error {
    let answer: Answer

    init(_ answer: Answer) { self.answer = answer }

    init(_ status: HTTPResponse.Status, _ message: String) { answer = .message(status, message) }

    /// A value that cannot be used; the message names the field.
    static func field(_ name: String, _ complaint: String) -> V2Failure {
        V2Failure(.json(.badRequest, ["message": [name: complaint]]))
    }

    /// "Not known now: send the same request again."
    static func unavailable(_ reason: String) -> V2Failure { V2Failure(.unavailable(reason)) }
}
