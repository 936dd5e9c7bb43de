/// What the gateway that accepts a submission adds to what its client asked for.
public struct Acceptance: Sendable, Hashable {
    /// nil where gateways have no signing key.
    public var signature: SubmissionSignature?
    /// The client by the name in `AUTH_FILE`, cut to 100 characters; nil where nobody says who they are. For counting and showing.
    public var submitter: String?

    public init(signature: SubmissionSignature? = nil, submitter: String? = nil) {
        self.signature = signature
        self.submitter = submitter?.forMessage(limit: 100)
    }
}
