import Core
import FoundationEssentials
import HTTPClient

extension CromwellClient {
    /// Asks whether it answers.
    func version(deadline: Duration) async throws(CromwellError) -> String? {
        struct Version: Decodable { let cromwell: String? }
        return try decode(Version.self, try await call("GET", "/engine/v1/version", deadline: deadline)).cromwell
    }

    /// Submits a workflow that is not started before its hold is released.
    func submitOnHold(source: String, labels: [String: String]) async throws(CromwellError) -> SubmittedWorkflow {
        let json = try Self.json(labels)
        var form = MultipartForm()
        form.addFile("workflowSource", filename: "pman.wdl", type: "text/plain", Array(source.utf8))
        form.addField("workflowType", "WDL")
        form.addField("workflowTypeVersion", "1.0")
        form.addFile("labels", filename: "labels.json", type: "application/json", json)
        form.addField("workflowOnHold", "true")
        return try decode(
            SubmittedWorkflow.self,
            try await call("POST", "/api/workflows/v1", form: form, deadline: .seconds(60)))
    }

    /// Lets a workflow on hold run.
    /// - Throws: `.status(403, …)` when it is not on hold (any more), `.status(404, …)` when there is none.
    func releaseHold(_ id: ObjectID) async throws(CromwellError) {
        _ = try await call("POST", "/api/workflows/v1/\(id)/releaseHold", deadline: .seconds(60))
    }

    /// Asks for a workflow's end, which comes later.
    /// - Throws: `.status(403, …)` or `.status(404, …)` also when it has ended.
    func abort(_ id: ObjectID) async throws(CromwellError) {
        _ = try await call("POST", "/api/workflows/v1/\(id)/abort", deadline: .seconds(60))
    }

    /// Gives labels new values, or adds them.
    func update(labels: [String: String], of id: ObjectID) async throws(CromwellError) {
        _ = try await call("PATCH", "/api/workflows/v1/\(id)/labels", json: try Self.json(labels))
    }

    /// What is known of a workflow and its calls.
    /// - Throws: `.status(404, …)` when there is none, and for a moment after its submission.
    func metadata(_ id: ObjectID) async throws(CromwellError) -> WorkflowMetadata {
        // Without these Cromwell sends the whole source, and more, each time.
        let keys = [
            "id", "status", "submission", "start", "end", "labels", "failures", "executionStatus", "returnCode",
            "stdout",
            "stderr", "attempt", "shardIndex",
        ]
        return try decode(
            WorkflowMetadata.self,
            try await call("GET", "/api/workflows/v1/\(id)/metadata", query: keys.map { ("includeKey", $0) }))
    }

    /// All workflows that fit, page by page.
    /// - Parameters:
    ///   - labels: `name:value`, all of which a workflow must have.
    ///   - statuses: any of which it must have; empty: whatever it has.
    ///   - startedSince: only those that began to run then or later.
    ///   - submittedSince: only those that were submitted then or later.
    func query(
        labels: [String], statuses: [WorkflowState] = [], startedSince: Date? = nil, submittedSince: Date? = nil,
        pageSize: Int = 500
    ) async throws(CromwellError) -> [WorkflowSummary] {
        var query: [(name: String, value: String)] = labels.map { ("label", $0) }
        query += statuses.map { ("status", $0.rawValue) }
        if let startedSince { query.append(("start", Self.text(startedSince))) }
        if let submittedSince { query.append(("submission", Self.text(submittedSince))) }
        query += [("additionalQueryResultFields", "labels"), ("includeSubworkflows", "false")]
        var found: [String: WorkflowSummary] = [:]
        for page in 1...Self.maximumPages {
            let paging = [(name: "page", value: "\(page)"), (name: "pageSize", value: "\(pageSize)")]
            let answer = try decode(
                WorkflowQueryPage.self, try await call("GET", "/api/workflows/v1/query", query: query + paging))
            // Workflows that come meanwhile push others to the next page.
            for summary in answer.results { found[summary.id] = summary }
            if answer.results.isEmpty || page * pageSize >= answer.total { break }
        }
        return Array(found.values)
    }

    private static let maximumPages = 2_000

    private static func json(_ labels: [String: String]) throws(CromwellError) -> [UInt8] {
        do { return Array(try JSONEncoder.stable.encode(labels)) } catch { throw .malformed("labels that are no JSON") }
    }

    private static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
