/// The W3C trace context of all messages about one submission, so that a collector shows them as one trace.
///
/// The trace's id is made of the submission's nonce: nobody needs to carry it along.
/// Source of the format: https://www.w3.org/TR/trace-context/#traceparent-header
public enum TraceParent {
    /// The name of the header.
    public static let header = "traceparent"

    /// A value with a fresh parent id.
    public static func make(for submission: SubmissionID) -> String {
        "00-\(traceID(submission))-\(Nonce.random().text.prefix(16))-01"
    }

    /// 32 hexadecimal digits, not all of them zero.
    static func traceID(_ submission: SubmissionID) -> String {
        let nonce = submission.nonce.text.lowercased()
        let isHexadecimal = nonce.utf8.count <= 30 && nonce.allSatisfy(\.isHexDigit)
        let digits = isHexadecimal ? nonce : nonce.utf8.prefix(15).hexadecimal
        // The first digit is never zero, so neither is the whole.
        return "1" + String(repeating: "0", count: 31 - digits.utf8.count) + digits
    }
}
