/// A gateway's answer, by the fold at the entry that it appended for the question.
public struct GoAnswer: Sendable, Hashable, Codable {
    public enum Verdict: String, Sendable, Hashable, Codable {
        /// Start it.
        case go
        /// Withdraw the object; never start it.
        case no
        /// The object has already finished: leave it.
        case finished
        /// The log does not know the submission: leave the object.
        case unknown
    }

    public var version = 1
    public let verdict: Verdict
    /// Who was chosen, when another was.
    public let chosen: Placement?

    public init(verdict: Verdict, chosen: Placement? = nil) {
        self.verdict = verdict
        self.chosen = chosen
    }

    /// - Returns: nil when the outcome answers another kind of question.
    public init?(_ outcome: FoldOutcome) {
        switch outcome {
        case .go: self.init(verdict: .go)
        case .no(.deleted): self.init(verdict: .no)
        case .no(.placedElsewhere(let placement)): self.init(verdict: .no, chosen: placement)
        case .no(.finished): self.init(verdict: .finished)
        case .no(.unknown): self.init(verdict: .unknown)
        case .accepted, .conflict, .stale, .deleted, .changed, .ignored: return nil
        }
    }
}
