/// "May this engine start this object?"
public struct GoRequest: Sendable, Hashable, Codable {
    public var version = 1
    public let submission: SubmissionID
    public let placement: Placement

    public init(submission: SubmissionID, placement: Placement) {
        self.submission = submission
        self.placement = placement
    }
}
