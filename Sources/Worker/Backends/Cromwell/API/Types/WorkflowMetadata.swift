import FoundationEssentials

/// What Cromwell knows of a workflow.
struct WorkflowMetadata: Sendable, Decodable {
    /// nil: a word that is not known here, or none yet.
    var state: WorkflowState?
    var word: String
    var start: String?
    var end: String?
    var labels: [String: String]
    var failures: [WorkflowFailure]
    /// The last attempt of the one call that a job's workflow has.
    var call: CallMetadata?

    private enum CodingKeys: String, CodingKey { case status, start, end, labels, failures, calls }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        state = container.tolerant(.status)
        word = container.tolerant(.status, or: "")
        start = container.tolerant(.start)
        end = container.tolerant(.end)
        labels = container.tolerant(.labels, or: [:])
        failures = container.tolerant(.failures, or: [])
        let calls: [String: [CallMetadata]] = container.tolerant(.calls, or: [:])
        call = calls["ChRISJob.plugin_instance"]?.max { ($0.attempt ?? 0) < ($1.attempt ?? 0) }
    }
}

/// One execution of a task.
struct CallMetadata: Sendable, Decodable {
    let executionStatus: String?
    let attempt: Int?
    let returnCode: Int?
    let stdout: String?
    let stderr: String?
    let failures: [WorkflowFailure]

    private enum CodingKeys: String, CodingKey { case executionStatus, attempt, returnCode, stdout, stderr, failures }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        executionStatus = container.tolerant(.executionStatus)
        attempt = container.tolerant(.attempt)
        returnCode = container.tolerant(.returnCode)
        stdout = container.tolerant(.stdout)
        stderr = container.tolerant(.stderr)
        failures = container.tolerant(.failures, or: [])
    }
}

/// A reason, and the reasons behind it.
struct WorkflowFailure: Sendable, Decodable {
    let message: String
    let causedBy: [WorkflowFailure]

    private enum CodingKeys: String, CodingKey { case message, causedBy }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        message = container.tolerant(.message, or: "")
        causedBy = container.tolerant(.causedBy, or: [])
    }

    /// All texts, outer ones first, each once.
    static func texts(_ failures: [WorkflowFailure]) -> [String] {
        var texts: [String] = []
        var open = Array(failures.prefix(maximum).reversed())
        while let next = open.popLast(), texts.count < maximum {
            if !next.message.isEmpty, !texts.contains(next.message) { texts.append(next.message) }
            open += next.causedBy.prefix(maximum).reversed()
        }
        return texts
    }

    private static let maximum = 10
}
