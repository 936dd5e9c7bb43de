/// An object of a deleted submission that its engine has not yet removed.
public struct Leftover: Sendable, Hashable, Codable {
    public let submission: SubmissionID
    public let placement: Placement

    public init(submission: SubmissionID, placement: Placement) {
        self.submission = submission
        self.placement = placement
    }
}
