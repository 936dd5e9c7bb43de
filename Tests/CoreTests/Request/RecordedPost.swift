import Core
import Testing

/// A POST recorded against the original whose answer parsing alone decides; named as in the conformance suite.
struct RecordedPost: Sendable, CustomTestStringConvertible {
    enum Answer: Sendable {
        /// Accepted, with this `cmd`.
        case accepted(String)
        /// Refused with a sentence for exactly these fields.
        case fields([String])
        /// Refused with this sentence.
        case body(String)
    }

    let name: String
    let body: Body
    let answer: Answer

    init(_ name: String, _ changes: [String: JSONValue], without missing: [String] = [], _ answer: Answer) {
        self.name = name
        body = Body(changes, without: missing)
        self.answer = answer
    }

    /// Refused because of these fields.
    init(_ name: String, _ changes: [String: JSONValue], without missing: [String] = [], bad: String...) {
        self.init(name, changes, without: missing, .fields(bad))
    }

    /// Accepted, with the `cmd` of a body whose words nothing has changed.
    init(accepted name: String, _ changes: [String: JSONValue]) {
        self.init(name, changes, .accepted("/bin/echo hello /share/outgoing"))
    }

    var testDescription: String { name }
}
