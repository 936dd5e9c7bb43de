import FoundationEssentials
import Program

/// The answer to a submission.
struct SubmittedWorkflow: Sendable, Decodable {
    let id: String
    let status: String
}

/// One page of a query's answer.
struct WorkflowQueryPage: Sendable, Decodable {
    let results: [WorkflowSummary]
    let total: Int

    private enum CodingKeys: String, CodingKey {
        case results
        case total = "totalResultsCount"
    }
}

/// A workflow as queries show it.
struct WorkflowSummary: Sendable, Decodable {
    let id: String
    /// nil: a word that is not known here.
    let state: WorkflowState?
    let start: Date?
    let labels: [String: String]

    private enum CodingKeys: String, CodingKey { case id, status, start, labels }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        state = container.tolerant(.status)
        start = container.tolerant(.start).flatMap { Timestamps.parse($0) }
        labels = container.tolerant(.labels, or: [:])
    }
}
